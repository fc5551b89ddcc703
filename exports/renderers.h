#pragma once
// What each format's file offers to format.cc; nobody else needs it.
#include <memory>

#include "exports/format.h"

namespace pantau::exports {

std::unique_ptr<Renderer> make_csv(const ExportOptions& options);
std::unique_ptr<Renderer> make_jsonl(const ExportOptions& options);
std::unique_ptr<Renderer> make_stix(const ExportOptions& options);
std::unique_ptr<Renderer> make_misp(const ExportOptions& options);
std::unique_ptr<Renderer> make_misp_feed(const ExportOptions& options);
std::unique_ptr<Renderer> make_xarf(const ExportOptions& options);
std::unique_ptr<Renderer> make_rpz(const ExportOptions& options);
std::unique_ptr<Renderer> make_hosts(const ExportOptions& options);
std::unique_ptr<Renderer> make_domains(const ExportOptions& options);
std::unique_ptr<Renderer> make_adblock(const ExportOptions& options);
std::unique_ptr<Renderer> make_suricata(const ExportOptions& options);
std::unique_ptr<Renderer> make_pdq(const ExportOptions& options);
std::unique_ptr<Renderer> make_hma(const ExportOptions& options);
std::unique_ptr<Renderer> make_accounts_seen(const ExportOptions& options);
std::unique_ptr<Renderer> make_report_mcmc(const ExportOptions& options);
std::unique_ptr<Renderer> make_notice_dsa(const ExportOptions& options);
std::unique_ptr<Renderer> make_dossier(const ExportOptions& options);

Result<void> check_accounts_seen(const ExportOptions& options);

}  // namespace pantau::exports
