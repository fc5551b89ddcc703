#include "media/protocol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace pantau::media {
namespace {

MediaReport sample_report() {
  MediaReport report;
  report.type = MediaType::video;
  report.format = "mov,mp4,m4a,3gp,3g2,mj2";
  report.width = 1280;
  report.height = 720;
  report.duration_s = 12.5;
  report.partly = true;
  report.detail = "the file ends early, at 3.2 of 12.5 s";
  report.decode_cpu_s = 1.25;
  report.frames_decoded = 300;
  report.frames_read = 2;
  Frame frame;
  frame.time_s = 0.5;
  frame.number = 12;
  frame.pdq = std::string(64, 'a');
  frame.pdq_quality = 99;
  frame.jpeg = "\xFF\xD8\xFF\xE0 picture";
  report.frames.push_back(frame);
  frame.time_s = 4;
  frame.jpeg.clear();
  report.frames.push_back(frame);
  TextFinding text;
  text.text = "Pelaburan dijamin 郭鹤年 அன்வார்";
  text.box = {10, 20, 300, 40};
  text.time_s = 0.5;
  text.end_s = 3;
  text.confidence = 0.9;
  text.language = "eng+msa";
  text.frame = 1;
  report.texts.push_back(text);
  FaceFinding face;
  face.reference = 3;
  face.similarity = 0.61;
  face.agreed = 0.5;
  face.box = {100, 50, 80, 90};
  face.start_s = 0.5;
  face.time_s = 2;
  face.end_s = 4;
  face.looks = 3;
  face.frame = 1;
  report.faces.push_back(face);
  report.logos.push_back({2, 0.83, 21, {5, 6, 70, 80}, 0.5, 0});
  report.faces_seen = 9;
  report.faces_compared = 11;
  report.frames_per_second = 29.97;
  report.sound = {1, 0xFFFFFFFF, 7};
  report.hashes = {{0, 100, {{1, 2, 3, 4}}}, {29, 7, {{~0ull, 0, 5, 6}}}};
  return report;
}

TEST(Protocol, ReportArrivesAsItWasSent) {
  const MediaReport sent = sample_report();
  const auto got = decode_report(encode_report(sent));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->type, MediaType::video);
  EXPECT_EQ(got->format, sent.format);
  EXPECT_EQ(got->width, 1280);
  EXPECT_DOUBLE_EQ(got->duration_s, 12.5);
  EXPECT_TRUE(got->partly);
  EXPECT_EQ(got->detail, sent.detail);
  ASSERT_EQ(got->frames.size(), 2u);
  EXPECT_EQ(got->frames[0].pdq, sent.frames[0].pdq);
  EXPECT_EQ(got->frames[0].jpeg, sent.frames[0].jpeg);
  ASSERT_EQ(got->texts.size(), 1u);
  EXPECT_EQ(got->texts[0].text, sent.texts[0].text);
  EXPECT_EQ(got->texts[0].box.width, 300);
  EXPECT_EQ(got->texts[0].frame, 1);
  ASSERT_EQ(got->faces.size(), 1u);
  EXPECT_EQ(got->faces[0].reference, 3);
  EXPECT_DOUBLE_EQ(got->faces[0].similarity, 0.61);
  EXPECT_DOUBLE_EQ(got->faces[0].agreed, 0.5);
  EXPECT_EQ(got->faces[0].box.height, 90);
  EXPECT_DOUBLE_EQ(got->faces[0].time_s, 2);
  EXPECT_EQ(got->faces[0].looks, 3);
  EXPECT_EQ(got->faces[0].frame, 1);
  ASSERT_EQ(got->logos.size(), 1u);
  EXPECT_EQ(got->logos[0].reference, 2);
  EXPECT_DOUBLE_EQ(got->logos[0].score, 0.83);
  EXPECT_EQ(got->logos[0].box.width, 70);
  EXPECT_EQ(got->logos[0].frame, 0);
  EXPECT_EQ(got->faces_seen, 9u);
  EXPECT_EQ(got->faces_compared, 11u);
  EXPECT_DOUBLE_EQ(got->frames_per_second, 29.97);
  ASSERT_EQ(got->hashes.size(), 2u);
  EXPECT_EQ(got->sound, sent.sound);
  EXPECT_EQ(got->hashes[1].number, 29);
  EXPECT_EQ(got->hashes[1].quality, 7);
  EXPECT_EQ(got->hashes[1].bits, sent.hashes[1].bits);
}

TEST(Protocol, FingerprintsOutOfOrderAreRefused) {
  MediaReport report = sample_report();
  std::swap(report.hashes[0], report.hashes[1]);
  EXPECT_FALSE(decode_report(encode_report(report)));
}

TEST(Protocol, JobArrivesAsItWasSent) {
  JobSettings job;
  job.max_seconds = 10;
  job.max_pixels = 5;
  job.keyframes_only = true;
  job.read_text = false;
  job.seconds_per_hash = 0.5;
  job.name_hint = "a.jpg";
  const auto got = decode_job(encode_job(job));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->max_pixels, 5u);
  EXPECT_TRUE(got->keyframes_only);
  EXPECT_FALSE(got->read_text);
  EXPECT_DOUBLE_EQ(got->seconds_per_hash, 0.5);
  EXPECT_EQ(got->name_hint, "a.jpg");
}

TEST(Protocol, EveryPrefixOfAnAnswerIsRefused) {
  const std::string whole = encode_report(sample_report());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::string cut = whole.substr(0, size);  // its own allocation: reading past it is seen by ASan
    EXPECT_FALSE(decode_report(cut)) << size;
  }
  EXPECT_FALSE(decode_report(whole + "x"));
}

TEST(Protocol, AnyChangedByteIsReadOrRefusedButNeverTrustedPastItsLimits) {
  const std::string whole = encode_report(sample_report());
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const int value : {0x00, 0x01, 0x7f, 0x80, 0xff}) {
      std::string changed = whole;
      changed[at] = static_cast<char>(value);
      const auto got = decode_report(changed);
      if (!got) continue;
      EXPECT_LE(got->frames.size(), kMaxFrames);
      for (const TextFinding& text : got->texts) {
        EXPECT_LT(text.frame, static_cast<int>(got->frames.size()));
        EXPECT_GE(text.confidence, 0);
        EXPECT_LE(text.confidence, 1);
        EXPECT_GE(text.end_s, text.time_s);
      }
      for (const FaceFinding& face : got->faces) {
        EXPECT_LT(face.frame, static_cast<int>(got->frames.size()));
        EXPECT_GE(face.reference, 0);
        EXPECT_LE(face.agreed, face.similarity);
        EXPECT_LE(face.similarity, 1);
        EXPECT_LE(face.start_s, face.time_s);
        EXPECT_LE(face.time_s, face.end_s);
      }
    }
  }
}

// Field offsets below follow encode_report: the type is first, then the format with its length.
TEST(Protocol, CountsThatTheBodyCannotHoldAreRefusedBeforeMemoryIsTaken) {
  MediaReport empty;
  std::string body = encode_report(empty);
  ASSERT_TRUE(decode_report(body));
  const std::size_t frame_count = body.size() - 16;
  body.replace(frame_count, 4, "\xff\xff\xff\x7f", 4);
  EXPECT_FALSE(decode_report(body));
}

TEST(Protocol, HostileFieldsAreRefused) {
  const auto refused = [](auto&& spoil) {
    MediaReport report = sample_report();
    spoil(report);
    return !decode_report(encode_report(report));
  };
  EXPECT_TRUE(refused([](MediaReport& r) { r.frames[0].pdq = std::string(64, 'G'); }));
  EXPECT_TRUE(refused([](MediaReport& r) { r.frames[0].pdq = "abc"; }));
  EXPECT_TRUE(refused([](MediaReport& r) { r.frames[0].jpeg = "<html>"; }));
  EXPECT_TRUE(refused([](MediaReport& r) { r.frames[0].time_s = 100; }));  // not in time order
  EXPECT_TRUE(refused([](MediaReport& r) { r.texts[0].language = "eng; rm -rf"; }));
  EXPECT_TRUE(refused([](MediaReport& r) { r.texts[0].end_s = 0; }));
  EXPECT_TRUE(refused([](MediaReport& r) { r.format = "../../etc"; }));
  EXPECT_TRUE(refused([](MediaReport& r) { r.faces[0].agreed = 0.9; }));  // more than the closest look
  EXPECT_TRUE(refused([](MediaReport& r) { r.faces[0].start_s = 3; }));
  EXPECT_TRUE(refused([](MediaReport& r) { r.faces[0].end_s = 1; }));
}

TEST(Protocol, PortraitArrivesAsItWasSentOrNotAtAll) {
  PortraitReport sent;
  sent.grade = PortraitGrade::good;
  sent.faces = 2;
  sent.face_side = 120;
  sent.sharpness = 0.5;
  sent.pdq = std::string(64, 'b');
  sent.embedding = {0.6f, 0, -0.8f};
  const std::string whole = encode_portrait(sent);
  const auto got = decode_portrait(whole);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->grade, PortraitGrade::good);
  EXPECT_EQ(got->faces, 2);
  EXPECT_EQ(got->face_side, 120);
  EXPECT_EQ(got->embedding, sent.embedding);
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(decode_portrait(whole.substr(0, size))) << size;
  EXPECT_FALSE(decode_portrait(whole + "x"));
  const auto refused = [&](auto&& spoil) {
    PortraitReport report = sent;
    spoil(report);
    return !decode_portrait(encode_portrait(report));
  };
  EXPECT_TRUE(refused([](PortraitReport& r) { r.embedding[0] = std::numeric_limits<float>::quiet_NaN(); }));
  EXPECT_TRUE(refused([](PortraitReport& r) { r.embedding[0] = 5; }));  // not of length one
  EXPECT_TRUE(refused([](PortraitReport& r) { r.embedding.clear(); }));
  EXPECT_TRUE(refused([](PortraitReport& r) { r.grade = PortraitGrade::no_face; }));  // whose embedding, then?
  EXPECT_TRUE(refused([](PortraitReport& r) { r.pdq = "../../etc"; }));
}

TEST(Protocol, TextIsMadeValidAndLosesControlCharacters) {
  MediaReport report = sample_report();
  report.texts[0].text = "a\x1b[31mred\xff\n  b";
  report.detail = "line\none";
  const auto got = decode_report(encode_report(report));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->texts[0].text, "a[31mred\xEF\xBF\xBD b");
  EXPECT_EQ(got->detail, "lineone");
}

TEST(Protocol, NumbersThatAreNoneAreSentAsLimits) {
  MediaReport report = sample_report();
  report.duration_s = std::numeric_limits<double>::quiet_NaN();
  report.texts[0].confidence = std::numeric_limits<double>::infinity();
  const auto got = decode_report(encode_report(report));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->duration_s, 0);
}

TEST(Protocol, TooManyPicturesAreLeftOutNotSent) {
  MediaReport report = sample_report();
  Frame frame = report.frames[1];
  frame.jpeg = "\xFF\xD8\xFF" + std::string(1 << 20, 'x');
  for (int i = 0; i < 40; ++i) report.frames.push_back(frame);
  const std::string body = encode_report(report);
  EXPECT_LE(body.size(), kMaxBodyBytes);
  const auto got = decode_report(body);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->frames.size(), 42u);
  EXPECT_EQ(got->texts.size(), 1u);
}

TEST(Protocol, HeadersAreChecked) {
  const std::string good = encode_message(MessageKind::report, "body").substr(0, kHeaderBytes);
  const auto header = decode_header(good);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->kind, MessageKind::report);
  EXPECT_EQ(header->body_bytes, 4u);
  std::string other = good;
  other[0] = 'X';
  EXPECT_FALSE(decode_header(other));
  other = good;
  other[4] = 77;  // a version from the future
  EXPECT_FALSE(decode_header(other));
  other = good;
  other[6] = 99;
  EXPECT_FALSE(decode_header(other));
  other = good;
  other[11] = 0x40;  // a gigabyte
  EXPECT_FALSE(decode_header(other));
}

}  // namespace
}  // namespace pantau::media
