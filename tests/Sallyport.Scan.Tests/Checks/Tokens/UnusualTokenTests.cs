using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Checks.Tokens;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Jose;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Tokens;

/// <summary>What keeps the rows of tokens from saying more than they saw.</summary>
public sealed class UnusualTokenTests(TokenLab lab) : IClassFixture<TokenLab>
{
    public static TheoryData<string> Rows() => [.. NodeTokenTests.Tokens().Concat(NodeTokenTests.Bindings()).Select(check => check.GetType().Name)];

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task A_broken_server_leaves_every_row_undecided(string row)
    {
        Check check = NodeTokenTests.Tokens().Concat(NodeTokenTests.Bindings()).Single(one => one.GetType().Name == row);
        await using HostileServer garbage = HostileServer.Start(HostileBehaviour.Garbage);
        ScanRequest request = await lab.RequestAsync("strict");
        request = request with
        {
            Target = lab.Lab.Request(garbage.Endpoint).Target,
            ConnectTo = lab.Lab.Request(garbage.Endpoint).ConnectTo,
            Issuer = lab.Key,
            Limits = new() { ProbeTimeout = TimeSpan.FromMilliseconds(200) },
        };
        ScanReport report = await TokenLab.RunAsync(request, check);
        report.Findings.Where(finding => finding.Id != "JWT-015").ShouldBeEmpty();
        // What is read off the token alone needs no server.
        report.Checks.Single().Outcome.ShouldBe(row == nameof(TokenContent) && report.SurveyFailure is null ? "passed" : "notTested", TokenLab.Said(report));
    }

    [Fact]
    public async Task Without_a_key_the_rows_that_change_a_claim_say_what_to_give()
    {
        ScanReport report = await TokenLab.RunAsync(await NodeTokenTests.ScopedAsync(lab, "strict"), new ExpiredToken(), new EarlyToken(), new ForeignAudience(), new ForeignIssuer(), new WrongKindOfToken(), new LoweredScope());
        report.Findings.ShouldBeEmpty();
        report.Checks.ShouldAllBe(check => check.Outcome == "notTested" && check.Needs.Any(need => need.Contains("issuer")), TokenLab.Said(report));
    }

    [Fact]
    public async Task A_key_that_is_not_the_issuers_proves_nothing()
    {
        using System.Security.Cryptography.ECDsa other = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        ScanRequest request = await lab.RequestAsync("strict") with { Issuer = new(new Secret(other.ExportPkcs8PrivateKeyPem()), "ES256") };
        ScanReport report = await TokenLab.RunAsync(request, new ExpiredToken(), new ForeignAudience());
        report.Checks.ShouldAllBe(check => check.Outcome == "notTested", TokenLab.Said(report));
        ScanReport broken = await TokenLab.RunAsync(request with { Issuer = new(new Secret("not a key"), "ES256") }, new ExpiredToken());
        broken.Checks.Single().Outcome.ShouldBe("notTested", TokenLab.Said(broken));
        TokenLab.Said(broken).ShouldNotContain("not a key\"");
    }

    [Fact]
    public async Task An_expired_token_that_was_given_is_tried_without_any_key()
    {
        ScanRequest request = await lab.RequestAsync("expired");
        long past = TimeProvider.System.GetUtcNow().AddHours(-2).ToUnixTimeSeconds();
        Identity old = request.Identities[0] with
        {
            Name = "alice before",
            State = IdentityState.Expired,
            Token = new Secret(lab.Token(request.Identities[0], bound: true, change: claims => claims.With("exp", past.ToString(System.Globalization.CultureInfo.InvariantCulture)))),
        };
        ScanReport report = await TokenLab.RunAsync(request with { Identities = [.. request.Identities, old] }, new ExpiredToken());
        report.Findings.ShouldHaveSingleItem(TokenLab.Said(report)).Id.ShouldBe("JWT-008");
        ScanReport strict = await TokenLab.RunAsync(await lab.RequestAsync("strict") with { Identities = [.. request.Identities, old] }, new ExpiredToken());
        strict.Checks.Single().Outcome.ShouldBe("passed", TokenLab.Said(strict));
    }

    [Fact]
    public async Task Tokens_that_are_no_JWT_and_operations_that_need_none_are_not_applicable()
    {
        ScanRequest request = await lab.RequestAsync("either");
        ScanReport needless = await TokenLab.RunAsync(request, new UnsignedToken());
        needless.Checks.Single().Outcome.ShouldBe("notApplicable", TokenLab.Said(needless));
        ScanReport none = await TokenLab.RunAsync(request with { Identities = [.. request.Identities.Select(identity => identity with { Token = null })] }, new UnsignedToken(), new TokenContent());
        none.Checks.ShouldAllBe(check => check.Outcome == "notTested", TokenLab.Said(none));
        await using HandlerServer opaque = await HandlerServer.StartAsync(
            lab.Lab.Pki.Server,
            async context =>
            {
                bool right = context.Request.Headers.Authorization == "Bearer opaque-0123456789-abcdef" && context.Request.Path == "/profiles/alice";
                context.Response.StatusCode = right ? 200 : 401;
                await context.Response.WriteAsync(right ? """{"name":"alice","note":"opaque-note-1"}""" : "{}");
            });
        ScanRequest plain = lab.Lab.Request(opaque.Endpoint);
        plain = plain with { Identities = [.. plain.Identities.Select(identity => identity with { Token = new Secret("opaque-0123456789-abcdef") })] };
        ScanReport report = await TokenLab.RunAsync(plain, new UnsignedToken(), new GuessedSecret(), new ExpiredToken(), new TokenContent());
        report.Checks.ShouldAllBe(check => check.Outcome == "notApplicable", TokenLab.Said(report));
    }

    [Fact]
    public async Task A_server_that_answers_errors_to_bad_tokens_is_undecided()
    {
        string right = "";
        await using HandlerServer server = await HandlerServer.StartAsync(
            lab.Lab.Pki.Server,
            async context =>
            {
                string shown = context.Request.Headers.Authorization.ToString();
                bool good = shown == "Bearer " + right && context.Request.Path == "/profiles/alice";
                // No token is refused, one that is signed and wrong as well, and what it does not know breaks it.
                context.Response.StatusCode = good ? 200 : shown.Length == 0 || Parsed(shown) is { Algorithm: "ES256" } ? 401 : 500;
                await context.Response.WriteAsync(good ? """{"name":"alice","note":"fragile-note-1"}""" : "{}");
            });
        ScanRequest request = lab.Lab.Request(server.Endpoint);
        right = lab.Token(request.Identities[0], bound: false);
        request = request with { Identities = [.. request.Identities.Select(identity => identity with { Token = new Secret(right) })] };
        ScanReport report = await TokenLab.RunAsync(request, new UnsignedToken());
        report.Checks.Single().Outcome.ShouldBe("notTested", TokenLab.Said(report));
    }

    [Fact]
    public async Task A_connection_that_remembers_a_refusal_proves_nothing()
    {
        string right = "";
        ConcurrentDictionary<string, bool> spoilt = new();
        await using HandlerServer server = await HandlerServer.StartAsync(
            lab.Lab.Pki.Server,
            async context =>
            {
                bool wrong = context.Request.Headers.Authorization != "Bearer " + right;
                bool good = !wrong && !spoilt.ContainsKey(context.Connection.Id) && context.Request.Path == "/profiles/alice";
                if (wrong && context.Request.Headers.Authorization.Count > 0)
                {
                    spoilt[context.Connection.Id] = true;
                }

                context.Response.StatusCode = good ? 200 : 401;
                await context.Response.WriteAsync(good ? """{"name":"alice","note":"sticky-note-1"}""" : "{}");
            });
        ScanRequest request = lab.Lab.Request(server.Endpoint);
        right = lab.Token(request.Identities[0], bound: false);
        ScanReport report = await TokenLab.RunAsync(request with { Identities = [.. request.Identities.Select(identity => identity with { Token = new Secret(right) })] }, new UnsignedToken());
        report.Checks.Single().Outcome.ShouldBe("notTested", TokenLab.Said(report));
        report.Checks.Single().Reason.ShouldNotBeNull().ShouldContain("connection");
    }

    [Theory]
    [InlineData("""{"password":"hunter2000"}""", "secret")]
    [InlineData("""{"card":"4111 1111 1111 1111","note":1}""", "card")]
    [InlineData("""{"email":"alice@orders.test"}""", "personal")]
    public async Task What_a_token_should_not_say_is_found(string extra, string variant)
    {
        JoseObject more = JoseObject.Of(extra);
        ScanRequest request = await lab.RequestAsync("strict", change: claims => more.Members.Aggregate(claims, (all, member) => all.With(member.Name, more.Raw(member.Name) ?? "null")));
        ScanReport report = await TokenLab.RunAsync(request, new TokenContent());
        Finding finding = report.Findings.Where(one => one.Variant == variant).ShouldHaveSingleItem(TokenLab.Said(report));
        finding.Observed.ShouldNotContain("hunter2000");
        finding.Observed.ShouldNotContain("4111");
    }

    [Fact]
    public async Task A_token_without_an_end_or_with_a_distant_one_is_found()
    {
        ScanReport never = await TokenLab.RunAsync(await lab.RequestAsync("strict", change: claims => claims.Without("exp").Without("aud").Without("iss")), new TokenContent());
        never.Findings.Select(finding => finding.Variant).Distinct().Order(StringComparer.Ordinal).ShouldBe(["no-aud", "no-exp", "no-iss"]);
        ScanReport late = await TokenLab.RunAsync(await lab.RequestAsync("strict", change: claims => claims.With("exp", "4000000000")), new TokenContent());
        late.Findings.Select(finding => finding.Variant).Distinct().ShouldBe(["long-life"]);
    }

    [Theory]
    [InlineData("4111111111111111", true)]
    [InlineData("5555 5555 5555 4444", true)]
    [InlineData("378282246310005", true)]
    [InlineData("4111111111111112", false)]
    [InlineData("1700000000", false)]
    [InlineData("0000000000000000", false)]
    [InlineData("9876543210987654", false)]
    public void Card_numbers_are_known_by_more_than_their_look(string text, bool card) => CardNumber.Is(text).ShouldBe(card);

    [Fact]
    public async Task All_rows_of_tokens_together_stay_within_120_requests()
    {
        ScanRequest request = await NodeTokenTests.ScopedAsync(lab, "strict") with { Issuer = lab.Key };
        int alone = (await TokenLab.RunAsync(request, new TokenContent())).Requests;
        ScanReport report = await TokenLab.RunAsync(request, NodeTokenTests.Tokens());
        (report.Requests - alone).ShouldBeLessThanOrEqualTo(120, TokenLab.Said(report));
    }

    private static JsonWebToken? Parsed(string header) => JsonWebToken.TryParse(header["Bearer ".Length..], out JsonWebToken? token, out _) ? token : null;
}
