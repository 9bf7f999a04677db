using System;
using System.Security.Cryptography;
using System.Text;

namespace Sallyport.Scan.Reports.Html;

/// <summary>The style sheet of the HTML report, and the policy that allows it and nothing else.</summary>
internal static class HtmlStyle
{
    /// <summary>The style sheet. Light by default, dark where the reader's system is; readable on paper.</summary>
    public const string Sheet = """
        :root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--ink:#16202c;--soft:#5a6675;--line:#e1e5ea;--code:#f2f4f7;--link:#1f5fbf;
        --good:#1c7c4a;--good-bg:#e6f4ec;--bad:#b3261e;--bad-bg:#fbe9e7;--warn:#8f5a00;--warn-bg:#fdf3dc;--info:#2b5c9e;--info-bg:#e8f0fb;--mute:#66717f;--mute-bg:#eef0f3}
        @media(prefers-color-scheme:dark){:root{--bg:#0f141a;--card:#171e26;--ink:#e6eaf0;--soft:#9aa7b6;--line:#2a3440;--code:#10161d;--link:#86b4f5;
        --good:#6bd09a;--good-bg:#15301f;--bad:#ff9a90;--bad-bg:#3a1a18;--warn:#eabf68;--warn-bg:#35290f;--info:#93bdf3;--info-bg:#17283f;--mute:#9aa7b6;--mute-bg:#212a34}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
        main,header,footer{max-width:1080px;margin:0 auto;padding:0 24px}
        a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}
        header{padding-top:36px;display:flex;gap:14px;align-items:center}
        header svg{flex:none;width:44px;height:44px;color:var(--ink)}
        header h1{margin:0;font-size:24px;line-height:1.25;overflow-wrap:anywhere}
        header p{margin:2px 0 0;color:var(--soft);font-size:14px}
        h2{margin:40px 0 12px;font-size:19px}
        .lead{margin:-6px 0 14px;color:var(--soft);font-size:15px}
        .card{background:var(--card);border:1px solid var(--line);border-radius:12px}
        .hero{display:grid;grid-template-columns:220px 1fr;margin-top:24px}
        .ring{padding:24px;text-align:center;border-right:1px solid var(--line)}
        .ring svg{width:150px;height:150px}
        .ring .track{fill:none;stroke:var(--mute-bg);stroke-width:10}
        .ring .arc{fill:none;stroke-width:10;stroke-linecap:round}
        .ring .letter{font-size:46px;font-weight:700;fill:var(--ink)}
        .ring .score{font-size:13px;fill:var(--soft)}
        .ring .good{stroke:var(--good)}.ring .warn{stroke:var(--warn)}.ring .bad{stroke:var(--bad)}.ring .none{stroke:none}
        dl{margin:0}
        .hero dl{padding:24px 28px;display:grid;grid-template-columns:150px 1fr;gap:12px 18px;align-content:center}
        dt{color:var(--soft);font-size:14px;padding-top:1px}dd{margin:0;overflow-wrap:anywhere}
        .bar{display:block;width:100%;max-width:420px;height:8px;margin-top:6px}
        .bar .track{fill:var(--mute-bg)}.bar .fill{fill:var(--info)}
        .chip{display:inline-block;margin:0 6px 4px 0;padding:1px 9px;border-radius:99px;font-size:13px;line-height:1.6;background:var(--mute-bg);color:var(--mute);white-space:nowrap}
        .chip.critical{background:var(--bad);color:var(--card);font-weight:600}.chip.high{background:var(--bad-bg);color:var(--bad);font-weight:600}
        .chip.medium{background:var(--warn-bg);color:var(--warn);font-weight:600}.chip.low{background:var(--info-bg);color:var(--info)}
        .chip.good{background:var(--good-bg);color:var(--good)}.chip.warn{background:var(--warn-bg);color:var(--warn)}.chip.bad{background:var(--bad-bg);color:var(--bad)}
        .note{margin-top:16px;padding:12px 18px;border-radius:10px;background:var(--warn-bg);color:var(--warn)}
        .scroll{overflow-x:auto}
        table{border-collapse:separate;border-spacing:0;width:100%;font-size:14px}
        .matrix{padding:18px}
        .matrix table{border-spacing:4px}
        .matrix th{font-weight:600;text-align:left;padding:6px 8px;vertical-align:bottom;overflow-wrap:anywhere}
        .matrix thead th{font-size:13px;color:var(--soft);font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;min-width:130px}
        .matrix tbody th{width:200px;min-width:140px;vertical-align:middle}
        .matrix td{padding:8px 10px;border-radius:8px;vertical-align:middle;overflow-wrap:anywhere;color:var(--mute);border:2px solid transparent}
        .matrix td:empty{background:var(--bg)}
        .matrix td b{display:block;font-size:14px}.matrix td small{display:block;font-size:12.5px;line-height:1.4}
        .matrix td.ok{background:var(--good-bg);color:var(--good)}.matrix td.wrong{background:var(--bad-bg);color:var(--bad);border-color:var(--bad)}
        .matrix td.open{background:var(--info-bg);color:var(--info)}.matrix td.undecided{background:transparent;border:2px dashed var(--line)}
        .matrix td a{color:inherit;text-decoration:underline}
        .narrow table{border-spacing:4px 3px}.narrow tbody th{width:48%;font-weight:500;padding:4px 8px}.narrow td{padding:4px 10px}
        .narrow td b,.narrow td small{display:inline}.narrow td b{margin-right:8px}
        .legend{margin:12px 4px 0;font-size:13px;color:var(--soft);display:flex;flex-wrap:wrap;gap:6px 18px}
        .legend i{display:inline-block;width:14px;height:14px;border-radius:4px;margin-right:6px;vertical-align:-2px;border:2px solid transparent;background:var(--bg)}
        .legend .ok{background:var(--good-bg);border-color:var(--good)}.legend .wrong{background:var(--bad-bg);border-color:var(--bad)}
        .legend .open{background:var(--info-bg);border-color:var(--info)}.legend .undecided{background:transparent;border:2px dashed var(--mute)}
        .calls{padding:12px 18px 18px}
        .calls th,.calls td{padding:3px 10px 3px 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:middle;white-space:nowrap}
        .calls tbody th{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:normal;overflow-wrap:anywhere}
        .calls thead th{font-size:13px;color:var(--soft)}
        .calls td i{display:inline-block;margin-right:4px;padding:0 6px;border-radius:6px;font:12px/1.6 system-ui,sans-serif;border:1px solid transparent}
        .calls td .ok{background:var(--good-bg);color:var(--good)}.calls td .wrong{background:var(--bad-bg);color:var(--bad);border-color:var(--bad);font-weight:700}
        .calls td .open{background:var(--info-bg);color:var(--info)}.calls td .undecided{border:1px dashed var(--mute);color:var(--mute)}
        details.finding{margin-bottom:10px}
        summary{cursor:pointer;list-style:none}summary::-webkit-details-marker{display:none}
        .finding>summary{padding:14px 18px;display:grid;grid-template-columns:84px 1fr 14px;gap:4px 12px;align-items:center}
        .finding>summary .chip{margin:0;text-align:center}
        .finding>summary strong{font-weight:600;overflow-wrap:anywhere}
        .finding>summary small{grid-column:2;color:var(--soft);font-size:13.5px;overflow-wrap:anywhere}
        .finding>summary::after{content:"+";grid-row:1;grid-column:3;color:var(--soft);font-size:20px;line-height:1}
        .finding[open]>summary::after{content:"\2212"}
        .finding[open]>summary{border-bottom:1px solid var(--line)}
        .body{padding:16px 18px 18px;scroll-margin-top:90px}
        .body h3{margin:20px 0 6px;font-size:13px;color:var(--soft);font-weight:600}
        .body h3:first-child{margin-top:0}
        .body p{margin:0 0 8px;overflow-wrap:anywhere}
        .two{display:grid;grid-template-columns:1fr 1fr;gap:14px}
        .two>div{min-width:0}
        .pane{border-left:3px solid var(--line);padding:2px 0 2px 12px}
        .pane.good{border-color:var(--good)}.pane.bad{border-color:var(--bad)}
        .pane h3{margin:0 0 2px}
        pre{margin:0 0 8px;padding:10px 12px;background:var(--code);border:1px solid var(--line);border-radius:8px;font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;
        white-space:pre-wrap;overflow-wrap:anywhere}
        code{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
        .evidence{border:1px solid var(--line);border-radius:8px;margin-bottom:8px}
        .evidence>summary{padding:8px 12px;font-size:14px;font-weight:600;overflow-wrap:anywhere}
        .evidence>summary::before{content:"\25B8";display:inline-block;width:16px;color:var(--soft)}
        .evidence[open]>summary::before{content:"\25BE"}
        .evidence>div{padding:0 12px 6px}
        .rows{padding:4px 18px}
        .rows table{margin:0}.rows td,.rows th{padding:9px 10px 9px 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top;overflow-wrap:anywhere}
        .rows tr:last-child td{border-bottom:0}.rows th{color:var(--soft);font-weight:600;font-size:13px}
        .rows td:first-child{white-space:nowrap}.rows .ids{white-space:normal;width:26%}
        .rows ul{margin:4px 0 0;padding-left:18px}
        footer{padding-top:36px;padding-bottom:48px;color:var(--soft);font-size:13.5px;overflow-wrap:anywhere}footer summary{text-decoration:underline}
        @media(max-width:720px){.hero{grid-template-columns:1fr}.ring{border-right:0;border-bottom:1px solid var(--line)}.hero dl{grid-template-columns:1fr;gap:2px}.hero dd{margin-bottom:10px}
        .two{grid-template-columns:1fr}.finding>summary{grid-template-columns:1fr 14px}.finding>summary .chip{justify-self:start}.finding>summary strong,.finding>summary small{grid-column:1}}
        @media print{:root{--bg:#fff}body{font-size:12px}.card{break-inside:avoid}main,header,footer{max-width:none}}
        """;

    /// <summary>The content security policy: this style sheet by its hash, and nothing from anywhere.</summary>
    public static string Policy { get; } =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Sheet)))}'; base-uri 'none'; form-action 'none'";
}
