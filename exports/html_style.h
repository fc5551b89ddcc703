#pragma once
// The style sheet of the report page. No url(), no @import: the page loads nothing.
#include <string_view>

namespace pantau::exports {

inline constexpr std::string_view kReportStyle = R"css(
:root{--ink:#1c2530;--soft:#586472;--line:#dfe3e6;--paper:#f5f6f4;--card:#fff;--accent:#14545c;--flag:#a3311f;--flag-bg:#fbeeea;--review:#855a06;--review-bg:#fbf4e3;--clear:#2e6a47;--clear-bg:#eaf4ee;--mono:ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace}
*{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:1rem}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI","Noto Sans","Liberation Sans",Arial,sans-serif;-webkit-text-size-adjust:100%}
a{color:var(--accent)}
a:focus-visible,summary:focus-visible,input:focus-visible+.picture{outline:3px solid var(--accent);outline-offset:2px}
h1,h2,h3,h4{line-height:1.25;margin:0}
h1{font-size:1.75rem;letter-spacing:-.01em}
h2{font-size:1.3rem;letter-spacing:-.005em}
h3{font-size:1.12rem}
h4{font-size:.76rem;text-transform:uppercase;letter-spacing:.07em;color:var(--soft);margin:0 0 .4rem;font-weight:650}
p{margin:0 0 .7rem}
code,.address,.mono{font-family:var(--mono);font-size:.86em;overflow-wrap:anywhere}
.masthead{background:var(--ink);color:#fff;padding:1.5rem 0 1.35rem}
.masthead .inner,.page{max-width:1320px;margin:0 auto;padding-left:1.75rem;padding-right:1.75rem}
.masthead .top{display:flex;gap:1rem;justify-content:space-between;align-items:baseline;margin-bottom:.5rem}
.brand{font-weight:700;letter-spacing:.08em;text-transform:uppercase;font-size:.8rem;color:#a9d3d6}
.masthead a{color:#cfe6e8;font-size:.9rem}
.masthead .when{color:#c3cbd3;margin:.45rem 0 0;font-size:.95rem}
.handling{background:#fffbe9;border-bottom:1px solid #ece2bd}
.handling p{max-width:1320px;margin:0 auto;padding:.7rem 1.75rem;font-size:.9rem;color:#5c4d16}
.page{display:grid;grid-template-columns:272px minmax(0,1fr);gap:2.25rem;padding-top:1.75rem;padding-bottom:3rem;align-items:start}
.side{position:sticky;top:1rem;max-height:calc(100vh - 2rem);overflow:auto;font-size:.9rem}
.tally{display:grid;grid-template-columns:repeat(3,1fr);gap:.5rem;margin-bottom:1.1rem}
.tally a{display:block;text-decoration:none;border-radius:8px;padding:.55rem .6rem;border:1px solid transparent}
.tally b{display:block;font-size:1.5rem;line-height:1.1;font-variant-numeric:tabular-nums}
.tally span{font-size:.74rem}
.is-flag{color:var(--flag);background:var(--flag-bg);border-color:#f0d3cc}
.is-review{color:var(--review);background:var(--review-bg);border-color:#eedfb6}
.is-clear{color:var(--clear);background:var(--clear-bg);border-color:#cde4d6}
.toc{list-style:none;margin:0 0 .9rem;padding:0}
.toc a{display:flex;gap:.55rem;text-decoration:none;color:var(--ink);padding:.22rem .3rem;border-radius:5px}
.toc a:hover{background:#e9ecea}
.toc .n{font-variant-numeric:tabular-nums;color:var(--soft);flex:none}
.toc .t{white-space:nowrap;overflow:hidden;text-overflow:ellipsis;min-width:0}
.side h4{margin-top:.9rem}
section{margin-bottom:2.5rem}
section>h2{margin-bottom:.25rem}
.lead{color:var(--soft);margin-bottom:1rem}
.panel,.case{background:var(--card);border:1px solid var(--line);border-radius:10px}
.panel{padding:1.15rem 1.3rem;margin-top:.9rem}
.panel h3{margin-bottom:.3rem}
.panel p:last-child{margin-bottom:0}
.numbers{display:grid;grid-template-columns:2fr 2fr 1fr 1fr;gap:.9rem 1.5rem}
.numbers div{font-size:.85rem;color:var(--soft)}
.numbers b{display:block;color:var(--ink);font-size:1.05rem;font-weight:600;font-variant-numeric:tabular-nums}
.case{margin:0 0 1.5rem;overflow:hidden;scroll-margin-top:1rem}
.case header{padding:1rem 1.3rem .95rem;border-bottom:1px solid var(--line);border-left:5px solid var(--band)}
.case.flag{--band:var(--flag);--band-bg:var(--flag-bg)}
.case.review{--band:var(--review);--band-bg:var(--review-bg)}
.case.clear{--band:var(--clear);--band-bg:var(--clear-bg)}
.badges{display:flex;flex-wrap:wrap;gap:.45rem .7rem;align-items:center;margin-bottom:.55rem;font-size:.85rem}
.pill{background:var(--band-bg);color:var(--band);font-weight:650;border-radius:99px;padding:.12rem .7rem}
.score{display:inline-flex;gap:.5rem;align-items:center;font-variant-numeric:tabular-nums;font-weight:650}
.score svg{width:74px;height:6px;border-radius:3px;background:#e6e9eb;display:block}
.score rect{fill:var(--band)}
.badges .id{color:var(--soft);margin-left:auto}
.case .who{margin:.3rem 0 0;color:var(--soft)}
.case .who b{color:var(--ink)}
.body{padding:1.1rem 1.3rem 1.2rem;display:grid;grid-template-columns:minmax(0,1fr);gap:1.2rem}
.two{display:grid;grid-template-columns:minmax(0,1.25fr) minmax(0,1fr);gap:1.2rem 2rem}
.why,.against{margin:0;padding:0;list-style:none}
.why li,.against li{position:relative;padding-left:1.35rem;margin-bottom:.38rem;overflow-wrap:anywhere}
.why li:before,.against li:before{position:absolute;left:0;font-weight:700}
.why li:before{content:"+";color:var(--band)}
.against li:before{content:"\2212";color:var(--soft)}
.quiet{color:var(--soft)}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.28rem 1.1rem;margin:0;font-size:.93rem}
dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
.reads{color:var(--flag)}
.chain{margin:0;padding:0 0 0 1.4rem;font-size:.93rem}
.chain li{margin-bottom:.25rem;overflow-wrap:anywhere}
.tag{display:inline-block;font-size:.76rem;border:1px solid var(--line);border-radius:4px;padding:0 .35rem;color:var(--soft);background:#fafbfa;white-space:nowrap}
.tag.bad{color:var(--flag);border-color:#e8c6be;background:var(--flag-bg)}
.seen{margin-top:1.2rem}
.pictures{display:flex;flex-wrap:wrap;gap:.8rem}
.pictures label{display:block;cursor:pointer;position:relative}
.pictures input{position:absolute;opacity:0;width:1px;height:1px}
.picture{display:block;width:178px;height:118px;border-radius:7px;overflow:hidden;border:1px solid var(--line);background:#e8ebec}
.picture img{width:100%;height:100%;object-fit:contain;filter:blur(13px) grayscale(.5);transition:filter .15s}
label:hover .picture img,input:checked+.picture img,input:focus-visible+.picture img{filter:none}
details{border-top:1px solid var(--line);padding-top:.7rem}
summary{cursor:pointer;font-weight:600;font-size:.93rem;color:var(--accent)}
details[open] summary{margin-bottom:.6rem}
.texts{margin:0;padding:0;list-style:none;font-size:.93rem}
.texts li{border-left:3px solid var(--line);padding-left:.8rem;margin-bottom:.5rem;overflow-wrap:anywhere}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:left;padding:.38rem .8rem .38rem 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
th{font-size:.76rem;text-transform:uppercase;letter-spacing:.05em;color:var(--soft);font-weight:650;white-space:nowrap}
td.num,th.num{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap;overflow-wrap:normal}
td.zero{color:#a8b0b7}
.addresses td:nth-child(2){width:48%}
tr.sum td{font-weight:650;border-bottom:0}
.nowrap{white-space:nowrap}
.chips{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.35rem 1.1rem;font-size:.93rem}
.chips div:nth-child(odd){color:var(--soft)}
.chip{display:inline-block;margin:0 .9rem .1rem 0}
pre{margin:0;background:#f0f2f1;border-radius:7px;padding:.65rem .85rem;font:.84rem/1.6 var(--mono);white-space:pre-wrap;overflow-wrap:anywhere}
.decide p{font-size:.88rem;color:var(--soft);margin:.45rem 0 0}
.plain{margin:.2rem 0 0;padding-left:1.2rem}
.plain li{margin-bottom:.25rem}
.alert{border-left:4px solid var(--flag)}
footer{border-top:1px solid var(--line);color:var(--soft);font-size:.85rem;padding-top:1rem}
@media (max-width:980px){
.page{grid-template-columns:minmax(0,1fr);gap:1.25rem}
.side{position:static;max-height:none}
.side .long{display:none}
.tally{position:static;margin-bottom:0}
}
@media (max-width:620px){
body{font-size:15px}
.masthead .inner,.page,.handling p{padding-left:1rem;padding-right:1rem}
h1{font-size:1.4rem}
.two{grid-template-columns:minmax(0,1fr)}
.numbers{grid-template-columns:repeat(2,1fr)}
dl,.chips{grid-template-columns:minmax(0,1fr);gap:.05rem}
dt,.chips div:nth-child(odd){margin-top:.4rem;font-size:.85rem}
.case header,.body,.panel{padding-left:1rem;padding-right:1rem}
.badges .id{margin-left:0;width:100%;overflow-wrap:anywhere}
.picture{width:160px;height:112px}
}
@media print{
body{background:#fff;font-size:10.5pt}
.masthead{background:#fff;color:#000;border-bottom:2px solid #000}
.brand,.masthead .when{color:#000}
.masthead a,.side{display:none}
.page{display:block;max-width:none}
.case,.panel{break-inside:auto;border-color:#999}
.case header{break-after:avoid}
.picture img{filter:none}
details>*{display:revert}
}
)css";

}  // namespace pantau::exports
