using System.IO;
using System.Linq;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Tests.Reports;

public sealed class ConsoleReportTests
{
    [Fact]
    public void Says_the_grade_what_it_rests_on_what_was_found_and_what_was_not_looked_at()
    {
        string text = Written(SampleReports.Naked());

        text.ShouldContain("Grade               F  (score 18 of 100)");
        text.ShouldContain("Coverage            7 of 10 probes (70 %)");
        text.ShouldContain("optional: requested, and a client without one is served as well");
        text.ShouldContain("CRITICAL  MTLS-103    The title of MTLS-103");
        text.ShouldContain("GET /profiles/{id} as rogue CA, same names [confirmed]");
        text.ShouldContain("[suspect, does not count]");
        text.ShouldContain("supply    --client-ca FILE --client-ca-key FILE (clientCa.cert and .key)");
        text.ShouldContain("supply    --mode intrusive");
        text.ShouldContain("MTLS-001    Client certificate requested (TLS 1.3): yes");
        text.ShouldContain("10 checks: 2 passed, 4 failed, 3 not tested, 1 not applicable");
    }

    [Fact]
    public void Says_why_there_is_no_grade()
    {
        string text = Written(SampleReports.Unreachable());

        text.ShouldContain("none: the target could not be surveyed: nothing listens at 127.0.0.1:443");
        text.ShouldContain("No findings");
    }

    [Fact]
    public void A_proof_line_tells_what_came_of_the_exchange_and_not_how_it_was_secured()
    {
        Evidence Of(string received) => new() { Title = "", Sent = "", Received = received };

        Words.Gist(Of("Tls12, TLS_X, client certificate requested\nHTTP/1.1 200 OK\nServer: x")).ShouldBe("HTTP/1.1 200 OK");
        Words.Gist(Of("Tls13, TLS_X, no client certificate requested\nclosed without an answer")).ShouldBe("closed without an answer");
        Words.Gist(Of("alert unknown_ca (48) in the handshake")).ShouldBe("alert unknown_ca (48) in the handshake");
        Words.Gist(Of("")).ShouldBe("");
    }

    [Fact]
    public void Colours_only_when_asked()
    {
        Written(SampleReports.Naked()).ShouldNotContain('\e');
        Written(SampleReports.Naked(), colour: true).ShouldContain("\e[1;97;41mCRITICAL\e[0m");
    }

    [Fact]
    public void Hostile_text_moves_no_cursor_and_starts_no_line()
    {
        string text = Written(SampleReports.HostileReport());

        text.Where(static c => char.IsControl(c) && c != '\n').ShouldBeEmpty();
        text.ShouldNotContain('\u202e');
        text.Split('\n').ShouldNotContain(static line => line.StartsWith("next", System.StringComparison.Ordinal));
        text.ShouldContain("\\u{1b}[31mred");
        text.ShouldContain("\\u{d800}");
    }

    private static string Written(ScanReport report, bool colour = false)
    {
        using var output = new StringWriter();
        ReportWriter.Write(report, ReportFormat.Console, output, colour);
        return output.ToString();
    }
}
