namespace Sallyport.Scan.Reports.Html;
internal sealed class HtmlReport(System.IO.TextWriter output) { public void Write(ScanReport report) => output.Write(report.Target); }
