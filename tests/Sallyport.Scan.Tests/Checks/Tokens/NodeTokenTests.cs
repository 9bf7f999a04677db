using System.Linq;
using System.Threading.Tasks;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Checks.Binding;
using Sallyport.Scan.Checks.Tokens;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Tokens;

/// <summary>The rows of tokens on a verifier of another make: each finds its flaw, and nothing else does.</summary>
public sealed class NodeTokenTests(TokenLab lab) : IClassFixture<TokenLab>
{
    internal static Check[] Tokens() =>
    [
        new UnsignedToken(), new UnverifiedSignature(), new PublicKeyAsSecret(), new GuessedSecret(), new ChosenKey(), new EmbeddedKey(), new ReferencedKey(), new ExpiredToken(),
        new EarlyToken(), new ForeignAudience(), new ForeignIssuer(), new WrongKindOfToken(), new TokenElsewhere(), new TokenContent(), new LaxParser(), new PsychicSignature(), new LoweredScope(),
    ];

    internal static Check[] Bindings() =>
    [
        new ForeignCertificate(), new TokenWithoutCertificate(), new CertificateWithoutToken(), new BadCertificateWithToken(), new OrderOfProofs(), new AlteredBinding(), new ForeignSubject(), new ForeignSession(),
    ];

    [Theory]
    [InlineData("decode", "JWT-002")]
    [InlineData("none", "JWT-001")]
    [InlineData("confused", "JWT-003")]
    [InlineData("file", "JWT-005")]
    [InlineData("jwk", "JWT-006")]
    [InlineData("jku", "JWT-007")]
    [InlineData("expired", "JWT-008")]
    [InlineData("early", "JWT-009")]
    [InlineData("audience", "JWT-010")]
    [InlineData("issuer", "JWT-011")]
    [InlineData("kind", "JWT-012")]
    [InlineData("anywhere", "JWT-014")]
    [InlineData("crit", "JWT-016")]
    [InlineData("psychic", "JWT-017")]
    [InlineData("scope", "JWT-018")]
    public async Task One_flaw_of_tokens_is_one_rule(string flaw, string rule)
    {
        ScanReport report = await TokenLab.RunAsync(await Scoped(flaw) with { Issuer = lab.Key }, Tokens());
        report.Findings.Select(finding => finding.Id).Distinct().ShouldBe([rule], TokenLab.Said(report));
        report.Findings.ShouldAllBe(finding => finding.Confidence > Confidence.Suspect);
        report.Findings.ShouldAllBe(finding => !finding.Evidence.Any(evidence => evidence.Sent.Contains("eyJ") || evidence.Received.Contains("eyJ")));
    }

    [Fact]
    public async Task A_guessed_secret_is_found_confirmed_and_never_shown()
    {
        ScanReport report = await TokenLab.RunAsync(await Scoped("secret"), Tokens());
        Finding finding = report.Findings.Where(one => one.Id == "JWT-004").ShouldHaveSingleItem(TokenLab.Said(report));
        finding.Confidence.ShouldBe(Confidence.Confirmed);
        finding.Observed.ShouldContain("a forged token was accepted");
        report.Findings.Select(one => one.Id).Distinct().ShouldBe(["JWT-004"], TokenLab.Said(report));
        // The cracked key signs the rows that change one claim: they are decided although no issuer key was given.
        report.Checks.Single(check => check.Id == "JWT-008").Outcome.ShouldBe("passed", TokenLab.Said(report));
    }

    private Task<ScanRequest> Scoped(string flaw) => ScopedAsync(lab, flaw);

    // The description demands a scope, so that JWT-018 knows what a token must bring.
    internal static async Task<ScanRequest> ScopedAsync(TokenLab lab, string flaw)
    {
        ScanRequest request = await lab.RequestAsync(flaw);
        return request with { Operations = [.. request.Operations.Select(one => one with { Security = [new([new("token", SecuritySchemeKind.Bearer, null, null, ["read"])])] })] };
    }
}
