namespace Sallyport.Scan.Reports.Sarif;
internal static class SarifReport { public static void Write(ScanReport report, System.IO.TextWriter output) { } }
