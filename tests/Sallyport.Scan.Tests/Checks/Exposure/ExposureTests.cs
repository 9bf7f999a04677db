using System;
using System.Linq;
using System.Threading.Tasks;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Http;
using Sallyport.Scan.Checks.Exposure;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Tests.Checks.Exposure;

/// <summary>DATA-001 to DATA-004, ENC-001, ENC-002 and UC-001: what answers hold.</summary>
public sealed class ExposureTests(CheckLab lab)
{
    private const string Visa = "4539148803436467";

    public static TheoryData<string, string?, string> Flaws() => new()
    {
        { "DATA-001", "pan", $",\"cardNumber\":\"{Visa}\"" },
        { "DATA-001", "iban", ",\"account\":\"DE89370400440532013000\"" },
        { "DATA-001", "ssn", ",\"ssn\":\"536-90-4399\"" },
        { "DATA-001", "email", ",\"all\":\"" + string.Join(' ', Enumerable.Range(0, 30).Select(i => $"p{i}@mail.test")) + "\"" },
        { "DATA-002", "aws", ",\"k\":\"AKIAQYLPMN5HHHFPZAM2\"" },
        { "DATA-002", "private-key", ",\"k\":\"-----BEGIN RSA PRIVATE " + "KEY-----\"" },
        { "DATA-002", "connection-string", ",\"db\":\"Host=db1;Username=app;Password=hunter22\"" },
        { "DATA-003", "stack-trace", ",\"trace\":\"System.InvalidOperationException: x\\n   at Orders.Api.Profiles.Get(String name)\"" },
        { "DATA-003", "sql-error", ",\"error\":\"SQLite Error 1: 'near'\"" },
        { "DATA-003", "path", ",\"file\":\"/srv/orders/appsettings.json\"" },
        { "DATA-003", "internal-address", ",\"node\":\"10.20.30.40\"" },
        { "ENC-001", null, ",\"next\":\"http://localhost:8080/profiles/2\"" },
        { "UC-001", null, ",\"logo\":\"http://cdn.partner-logos.net/a.png\"" },
    };

    [Theory]
    [MemberData(nameof(Flaws))]
    public async Task What_an_answer_holds_is_found_once_and_never_repeated_in_full(string id, string? variant, string more)
    {
        await using ApiServer server = await ApiServer.StartAsync(lab, async context =>
        {
            bool own = context.Request.Path == "/profiles/alice" && ApiServer.Caller(context) == "alice";
            await (own ? ApiServer.ProfileAsync(context, "alice", more) : Task.CompletedTask);
            return own;
        });
        ScanReport report = await CheckLab.RunAsync(Check(id), server.Request());
        Finding finding = report.Findings.ShouldHaveSingleItem(report.Checks.Single().ToString());
        (finding.Id, finding.Variant).ShouldBe((id, variant));
        string shown = string.Concat(finding.Evidence.Select(one => one.Sent + one.Received)) + finding.Observed + finding.Replay;
        if (id is "DATA-001" or "DATA-002")
        {
            shown.ShouldNotContain(Visa);
            shown.ShouldNotContain("hunter22");
            shown.ShouldNotContain("536-90-4399");
        }
    }

    [Theory]
    [InlineData("DATA-001")]
    [InlineData("DATA-002")]
    [InlineData("DATA-003")]
    [InlineData("ENC-001")]
    [InlineData("ENC-002")]
    [InlineData("UC-001")]
    [InlineData("DATA-004")]
    public async Task A_careful_server_has_no_finding_and_a_broken_one_is_undecided(string id)
    {
        // Look-alikes: a card number without a word for cards, numbers without their check digits, names that only look like addresses.
        string more = $",\"order\":\"{Visa}\",\"cardEnding\":\"6467\",\"ref\":\"4539148803436468\",\"ssnDigits\":\"000-12-3456\",\"iban\":\"DE00370400440532013000\","
            + "\"schema\":\"http://json-schema.org/draft-07/schema\",\"text\":\"see http://other.example.com for more\",\"key\":\"AKIAIOSFODNN7EXAMPLE\",\"version\":\"10.2.1\"";
        await using ApiServer careful = await ApiServer.StartAsync(lab, async context =>
        {
            bool own = context.Request.Path == "/profiles/alice" && ApiServer.Caller(context) == "alice";
            await (own ? ApiServer.ProfileAsync(context, "alice", more) : Task.CompletedTask);
            return own;
        });
        ScanReport report = await CheckLab.RunAsync(Check(id), careful.Request());
        report.Findings.ShouldBeEmpty();
        report.Checks.Single().Outcome.ShouldBe(id == "ENC-002" ? "notApplicable" : "passed", report.Checks.Single().ToString());

        await using ApiServer broken = await ApiServer.StartAsync(lab, async context =>
        {
            await ApiServer.RefuseAsync(context, 500);
            return true;
        });
        report = await CheckLab.RunAsync(Check(id), broken.Request());
        report.Findings.ShouldBeEmpty();
        report.Checks.Single().Outcome.ShouldBe("notTested");
    }

    [Fact]
    public async Task Values_that_an_identity_declares_as_its_own_may_stand_in_its_answer()
    {
        await using ApiServer server = await ApiServer.StartAsync(lab, async context =>
        {
            bool own = context.Request.Path == "/profiles/alice" && ApiServer.Caller(context) == "alice";
            await (own ? ApiServer.ProfileAsync(context, "alice", $",\"card\":\"{Visa}\"") : Task.CompletedTask);
            return own;
        });
        Scan.Target.ScanRequest request = server.Request();
        request = request with { Identities = [request.Identities[0] with { Values = request.Identities[0].Values.Add("card", Visa) }, .. request.Identities.Skip(1)] };
        (await CheckLab.RunAsync(new PersonalDataShown(), request)).Findings.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_page_without_headers_has_one_finding_a_header()
    {
        await using ApiServer server = await ApiServer.StartAsync(lab, async context =>
        {
            bool page = context.Request.Path.Value is "/profiles/alice" or "/admin/accounts" && ApiServer.Caller(context) is "alice" or "root";
            if (page)
            {
                context.Response.ContentType = "text/html";
                await context.Response.WriteAsync($"<p>{ApiServer.Caller(context)}@mail.test {context.Request.Path}</p>", context.RequestAborted);
            }

            return page;
        });
        ScanReport report = await CheckLab.RunAsync(new BrowserHeaders(), server.Request());
        report.Findings.Select(one => one.Variant).Order().ShouldBe(["csp", "frame", "nosniff", "referrer"]);
    }

    [Theory]
    [InlineData("public, max-age=60", true, true)]
    [InlineData("max-age=60", false, true)]
    [InlineData("max-age=60", true, false)]
    [InlineData("max-age=0", false, false)]
    [InlineData("no-store, public", false, false)]
    [InlineData("private, max-age=60", false, false)]
    [InlineData("no-cache", false, false)]
    [InlineData("s-maxage=10", true, true)]
    [InlineData(null, false, false)]
    public void Caches_may_keep_what_rfc_9111_says(string? directives, bool authorized, bool stored)
    {
        HttpAnswer answer = new() { Status = 200, Version = "HTTP/1.1", Headers = directives is null ? [] : [new("Cache-Control", directives)] };
        (StorableAnswer.MayBeStored(answer, authorized) is not null).ShouldBe(stored);
    }

    [Fact]
    public async Task A_cache_that_serves_one_callers_answer_to_nobody_is_found()
    {
        string? kept = null;
        await using ApiServer server = await ApiServer.StartAsync(lab, async context =>
        {
            string path = context.Request.Path.Value ?? "";
            if (!path.EndsWith(".css", StringComparison.Ordinal) || !path.StartsWith("/profiles/alice", StringComparison.Ordinal))
            {
                return false;
            }

            if (ApiServer.Caller(context) == "alice")
            {
                kept = "{\"name\":\"alice\",\"mail\":\"alice.4711@mail.test\"}";
            }

            await (kept is null ? ApiServer.RefuseAsync(context, 401) : ApiServer.JsonAsync(context, kept));
            return true;
        });
        ScanReport report = await CheckLab.RunAsync(new StorableAnswer(), server.Request());
        Finding finding = report.Findings.ShouldHaveSingleItem(report.Checks.Single().ToString());
        (finding.Id, finding.Variant, finding.Confidence).ShouldBe(("DATA-004", "served", Confidence.Confirmed));
    }

    [Fact]
    public void Numbers_are_told_by_their_arithmetic()
    {
        Digits.AreCard(Visa).ShouldBeTrue();
        Digits.AreCard("378282246310005").ShouldBeTrue();
        Digits.AreCard("2221000000000009").ShouldBeTrue();
        Digits.AreCard("0000000000000000").ShouldBeFalse();
        Digits.AreIban("GB82WEST12345698765432").ShouldBeTrue();
        Digits.AreIban("GB82WEST12345698765433").ShouldBeFalse();
        Digits.AreSocialSecurity("666123456").ShouldBeFalse();
        // The format of 2021: thirty random characters and their CRC-32 in base 62.
        SecretShapes.IsGithub("ghp_" + new string('a', 36)).ShouldBeFalse();
        Prop.ForAll<int>(static at =>
        {
            // One changed digit is always seen by Luhn.
            char[] digits = Visa.ToCharArray();
            int place = Math.Abs(at % digits.Length);
            digits[place] = (char)('0' + ((digits[place] - '0' + 1 + Math.Abs(at % 9)) % 10));
            return digits.AsSpan().SequenceEqual(Visa) || !Digits.PassLuhn(digits);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Nothing_that_a_server_sends_makes_the_searches_throw() => Prop.ForAll<string>(static text =>
    {
        string odd = (text ?? "") + "4539 1488 0343 6467 card GB82 Host=a;Password= http:// at x.y(";
        _ = PersonalData.In(odd, []).ToArray();
        _ = SecretShapes.In(odd).ToArray();
        _ = Leaks.In(odd, []).ToArray();
        return true;
    }).QuickCheckThrowOnFailure();

    private static Scan.Checks.Check Check(string id) => new Scan.Checks.Check[]
    {
        new PersonalDataShown(), new SecretsShown(), new InsideShown(), new StorableAnswer(), new PlainLinks(), new BrowserHeaders(), new ThirdPartyAddresses(),
    }.Single(check => check.Info.Id == id);
}
