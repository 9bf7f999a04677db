using System;
using System.Security.Cryptography;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Engine;

public sealed class FindingFactoryTests
{
    private static readonly CheckInfo s_rule = FakeCheck.Rule("TLS-003", Severity.Medium, variants: [new("rc4", "RC4", Severity.High), new("null", "NULL", Severity.Critical)]);

    [Fact]
    public void The_severity_is_the_flaws_else_the_variants_else_the_rules()
    {
        Of(variant: "rc4", flaw: FakeCheck.Flaw(severity: Severity.Low)).Severity.ShouldBe(Severity.Low);
        Of(variant: "rc4").Severity.ShouldBe(Severity.High);
        Of().Severity.ShouldBe(Severity.Medium);
        Of(variant: "null").Title.ShouldBe("The title of TLS-003: NULL");
    }

    [Fact]
    public void The_remedy_is_the_stacks_else_the_general_one()
    {
        Of(stack: ServerStack.Nginx).Remedy.Fix.ShouldBe("ssl_verify_client on;");
        Of(stack: ServerStack.Go).Remedy.Stack.ShouldBeNull();
        Of(stack: null).Remedy.Stack.ShouldBeNull();
    }

    [Fact]
    public void The_fingerprint_is_stable_and_depends_on_rule_variant_target_operation_and_identity_only()
    {
        Finding finding = Of(variant: "rc4", operation: "GET /a", identity: "bob");

        finding.Fingerprint.Length.ShouldBe(32);
        Of(variant: "rc4", operation: "GET /a", identity: "bob", flaw: FakeCheck.Flaw(Confidence.Firm, severity: Severity.Low)).Fingerprint.ShouldBe(finding.Fingerprint);
        string[] others =
        [
            Of(variant: "null", operation: "GET /a", identity: "bob").Fingerprint,
            Of(variant: "rc4", operation: "GET /b", identity: "bob").Fingerprint,
            Of(variant: "rc4", operation: "GET /a", identity: "eve").Fingerprint,
            Of(variant: "rc4", operation: "GET /a").Fingerprint,
            Of(variant: "rc4", operation: null, identity: "GET /a").Fingerprint,
            Of(operation: "GET /a", identity: "bob").Fingerprint,
            finding.Fingerprint,
        ];
        others.ShouldBeUnique();
    }

    [Fact]
    public void The_replay_line_names_identities_by_variables_and_quotes_the_operation()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        ScanRequest request = FakeSession.Request(one => one with
        {
            Identities = [new() { Name = "alice", Chain = [[1]], Key = key, Token = new("s3cret") }, new() { Name = "nobody" }],
            ServerRoots = [[1]],
        });

        string line = Of(variant: "rc4", operation: "GET /it's/{id}", request: request).Replay;

        line.ShouldBe("sallyport scan https://api.example.test --identity alice=\"$ALICE_PEM\" --server-ca \"$SERVER_CA\" --checks TLS-003/rc4 --operation 'GET /it'\\''s/{id}'");
        line.ShouldNotContain("s3cret");
    }

    [Fact]
    public void A_replay_line_of_the_check_is_kept() =>
        Of(flaw: FakeCheck.Flaw() with { Replay = "curl --cert alice.pem https://api.example.test/" }).Replay.ShouldStartWith("curl ");

    [Fact]
    public void A_replay_line_names_the_mode_and_the_ca_key_that_the_rule_needs()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        ScanRequest request = FakeSession.Request(one => one with { ClientAuthority = new() { Certificate = [1], Key = key } });
        CheckInfo rule = FakeCheck.Rule("MTLS-126", needs: [Need.ClientCaKey], mode: ScanMode.Intrusive);

        new FindingFactory(request, null).Of(rule, new(new Outcome.Passed()), FakeCheck.Flaw()).Replay
            .ShouldBe("sallyport scan https://api.example.test --client-ca \"$CLIENT_CA\" --client-ca-key \"$CLIENT_CA_KEY\" --mode intrusive --checks MTLS-126");
    }

    [Theory]
    [InlineData("right certificate of the client CA", true)]
    [InlineData("unmapped", false)]
    public void A_replay_line_names_the_ca_key_where_the_certificate_was_minted_under_it(string shown, bool minted)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        ScanRequest request = FakeSession.Request(one => one with { ClientAuthority = new() { Certificate = [1], Key = key }, Identities = [new() { Name = "unmapped" }] });
        CheckInfo rule = new Scan.Checks.Application.UnmappedIdentity().Info;

        new FindingFactory(request, null).Of(rule, new(new Outcome.Passed()) { Identity = shown }, FakeCheck.Flaw()).Replay
            .Contains("--client-ca \"$CLIENT_CA\" --client-ca-key \"$CLIENT_CA_KEY\"", StringComparison.Ordinal).ShouldBe(minted);
    }

    [Fact]
    public void A_rule_of_facts_and_an_undeclared_variant_make_no_finding()
    {
        var factory = new FindingFactory(FakeSession.Request(), null);

        Should.Throw<InvalidOperationException>(() => factory.Of(FakeCheck.Rule("MTLS-001", severity: null), new(new Outcome.Passed()), FakeCheck.Flaw()));
        Should.Throw<InvalidOperationException>(() => factory.Of(s_rule, new(new Outcome.Passed()) { Variant = "rc5" }, FakeCheck.Flaw()));
    }

    private static Finding Of(
        string? variant = null, string? operation = null, string? identity = null, Flaw? flaw = null, ServerStack? stack = null, ScanRequest? request = null)
    {
        Flaw seen = flaw ?? FakeCheck.Flaw();
        ProbeResult probe = new(new Outcome.Failed(seen)) { Variant = variant, Operation = operation, Identity = identity };
        return new FindingFactory(request ?? FakeSession.Request(), stack).Of(s_rule, probe, seen);
    }
}
