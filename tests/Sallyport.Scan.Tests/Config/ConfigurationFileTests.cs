using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Net;
using Sallyport.Scan.Config;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Config;

public sealed class ConfigurationFileTests : IDisposable
{
    private readonly InputFolder _folder = new();

    public ConfigurationFileTests()
    {
        _folder.Write("alice.pem", _folder.Alice.ExportCertificatePem(), _folder.AliceKey());
        _folder.Write("root.pem", _folder.Root.ExportCertificatePem());
        _folder.Write("root.key", InputFolder.KeyOf(_folder.Root).ExportPkcs8PrivateKeyPem());
        _folder.Write("issuer.key", _folder.AliceKey());
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("dns://192.0.2.7/cb.example.com", "192.0.2.7:53", "cb.example.com")]
    [InlineData("dns://192.0.2.7:5353/CB.Example.com.", "192.0.2.7:5353", "cb.example.com")]
    [InlineData("dns://[2001:db8::7]/cb.example.com", "[2001:db8::7]:53", "cb.example.com")]
    [InlineData("dns://ns.example.com/cb.example.com", null, null)]
    [InlineData("dns://192.0.2.7/", null, null)]
    [InlineData("dns://192.0.2.7/nodot", null, null)]
    [InlineData("dns://192.0.2.7/a..b", null, null)]
    [InlineData("dns:cb.example.com", null, null)]
    [InlineData("dns://192.0.2.7/cb.example.com?type=A", null, null)]
    [InlineData("http://192.0.2.7:9000", null, null)]
    public void A_zone_of_the_callback_is_written_as_RFC_4501_writes_it(string text, string? server, string? name)
    {
        CallbackZone.TryParse(text, out CallbackZone? zone, out string? hint).ShouldBe(server is not null);
        (zone?.Server.ToString(), zone?.Name).ShouldBe((server, name));
        (hint is null).ShouldBe(server is not null);
    }

    [Fact]
    public void The_callback_may_name_a_zone_instead_of_an_address()
    {
        using ScanRequest request = Accepted("target: https://api.example.com\ncallback: dns://192.0.2.7/cb.example.com");
        (request.Callback, request.CallbackZone?.Name).ShouldBe((null, "cb.example.com"));
    }

    [Fact]
    public void Reads_every_key_of_the_contract()
    {
        using ScanRequest request = Accepted("""
            target: https://api.example.com/v1/
            connectTo: 127.0.0.1:8443
            serverCa: root.pem
            clientCa: { cert: root.pem, key: root.key }
            identities:
              alice: { cert: alice.pem, token: env:ALICE_TOKEN, values: { name: alice, orderId: 17 } }
              bob:   { cookie: env:ALICE_TOKEN, login: { post: /token, json: { user: bob, password: env:ALICE_TOKEN }, token: access_token } }
              root:  { basic: env:BASIC, role: admin }
              dave:  { apiKey: env:ALICE_TOKEN, apiKeyHeader: X-Key, state: revocable, disposable: true }
            issuer: { key: "@issuer.key", alg: ES256 }
            names: [b.example]
            origins: [https://api.example.com:8443]
            backends: [http://10.0.0.5:8080]
            callback: http://192.0.2.7:9000
            operations: { protected: [GET /profiles/alice], public: [GET /health], exclude: [POST /logout] }
            expect:
              mutualTls: required
              tokenBinding: required
              sameSubject: true
              browsers: true
              matrix: [ "bob GET /profiles/alice deny", "root GET /admin/** allow", "none GET /** deny" ]
            hooks: { revoke: [./revoke.sh, dave], restore: [restore, dave] }
            limits: { requestsPerSecond: 51, requests: 5001, connections: 401, handshakesAtOnce: 17, timeout: 90s }
            """);

        request.Target.ToString().ShouldBe("https://api.example.com/v1");
        request.ConnectTo.ShouldBe(IPEndPoint.Parse("127.0.0.1:8443"));
        request.ServerRoots.Single().ToArray().ShouldBe(_folder.Root.RawData);
        request.ClientAuthority.ShouldNotBeNull().Key.ShouldNotBeNull();
        request.Identities.Select(identity => identity.Name).ShouldBe(["alice", "bob", "root", "dave"]);
        Identity alice = request.Identities[0];
        alice.HasCertificate.ShouldBeTrue();
        alice.Token.ShouldNotBeNull().Reveal().ShouldBe("t0ken");
        alice.Values["orderId"].ShouldBe("17");
        Login login = request.Identities[1].Login.ShouldNotBeNull();
        login.Path.ShouldBe("/token");
        login.TokenMember.ShouldBe("access_token");
        login.Json.ShouldNotBeNull().Reveal().ShouldBe("""{"user":"bob","password":"t0ken"}""");
        request.Identities[2].Role.ShouldBe("admin");
        request.Identities[3].ShouldSatisfyAllConditions(
            dave => dave.State.ShouldBe(IdentityState.Revocable),
            dave => dave.Disposable.ShouldBeTrue(),
            dave => dave.ApiKeyHeader.ShouldBe("X-Key"));
        request.Issuer.ShouldNotBeNull().Algorithm.ShouldBe("ES256");
        request.Names.ShouldBe(["b.example"]);
        request.Origins.Single().Port.ShouldBe(8443);
        request.Backends.Single().Tls.ShouldBeFalse();
        request.Callback.ShouldNotBeNull().Host.ShouldBe("192.0.2.7");
        request.Operations.Select(operation => (operation.Name, operation.DeclaredProtected, operation.DeclaredPublic))
            .ShouldBe([("GET /profiles/alice", true, false), ("GET /health", false, true)]);
        request.Excluded.ShouldBe(["POST /logout"]);
        request.Expect.ShouldSatisfyAllConditions(
            expect => expect.MutualTlsRequired.ShouldBeTrue(),
            expect => expect.TokenBindingRequired.ShouldBeTrue(),
            expect => expect.SameSubject.ShouldBeTrue(),
            expect => expect.Browsers.ShouldBeTrue(),
            expect => expect.Matrix.Length.ShouldBe(3));
        request.Hooks.Revoke.ShouldBe([Path.Combine(_folder.Path, "revoke.sh"), "dave"]);
        request.Hooks.Restore[0].ShouldBe("restore");
        request.Limits.ShouldBe(new ScanLimits { RequestsPerSecond = 51, Requests = 5001, Connections = 401, HandshakesAtOnce = 17, Timeout = TimeSpan.FromSeconds(90) });
    }

    [Fact]
    public void Json_is_yaml()
    {
        using ScanRequest request = Accepted("""{ "target": "https://api.example.com", "identities": { "alice": { "cert": "alice.pem" } }, "limits": { "requests": 7 } }""");
        request.Limits.Requests.ShouldBe(7);
        request.Identities.Single().HasCertificate.ShouldBeTrue();
    }

    [Fact]
    public void The_command_line_wins()
    {
        using ScanRequest request = Accepted("""
            target: https://api.example.com
            identities: { alice: { token: env:ALICE_TOKEN, role: user } }
            limits: { requests: 7, connections: 9 }
            """, options => options with { Url = "https://other.example", Identities = ["alice=alice.pem"], Requests = 8, Timeout = "2m", Mode = ScanMode.Active, ExpectMutualTls = true });
        request.Target.Host.ShouldBe("other.example");
        request.Limits.ShouldSatisfyAllConditions(limits => limits.Requests.ShouldBe(8), limits => limits.Connections.ShouldBe(9), limits => limits.Timeout.ShouldBe(TimeSpan.FromMinutes(2)));
        Identity alice = request.Identities.Single();
        alice.HasCertificate.ShouldBeTrue();
        alice.Role.ShouldBe("user");
        alice.Token.ShouldNotBeNull();
        request.Mode.ShouldBe(ScanMode.Active);
        request.Expect.MutualTlsRequired.ShouldBeTrue();
    }

    [Fact]
    public void Tells_all_problems_at_once_each_with_its_line()
    {
        ImmutableArray<InputProblem> problems = Refused("""
            target: api.example.com
            identites: {}
            identities:
              alice: { cert: nowhere.pem, tokn: env:X }
            limits: { requests: many, timeout: 60 }
            expect: { mutualTls: yes }
            """);
        string[] lines = [.. problems.Select(problem => problem.ToString())];
        lines.ShouldContain(line => line.StartsWith("s.yaml:1: target: `api.example.com` is no URL", StringComparison.Ordinal));
        lines.ShouldContain("s.yaml:2: unknown key `identites`");
        lines.ShouldContain("s.yaml:4: unknown key `identities.alice.tokn`");
        lines.ShouldContain("s.yaml:5: limits.requests: must be a whole number from 1 to 1000000");
        lines.ShouldContain("s.yaml:5: limits.timeout: `60` is no duration");
        lines.ShouldContain("s.yaml:6: expect.mutualTls: `yes` is not known");
        lines.ShouldContain(line => line.StartsWith("s.yaml:4: ", StringComparison.Ordinal) && line.Contains("nowhere.pem", StringComparison.Ordinal));
        problems.Single(problem => problem.Message.Contains("identites", StringComparison.Ordinal)).Hint.ShouldBe("did you mean identities?");
        problems.Single(problem => problem.Message.Contains("tokn", StringComparison.Ordinal)).Hint.ShouldBe("did you mean token?");
    }

    [Theory]
    [InlineData("identities: { alice: { token: hunter2secret } }")]
    [InlineData("identities: { alice: { cookie: hunter2secret } }")]
    [InlineData("identities: { alice: { basic: 'alice:hunter2secret' } }")]
    [InlineData("identities: { alice: { apiKey: hunter2secret } }")]
    [InlineData("identities: { alice: { cert: alice.pem, password: hunter2secret } }")]
    [InlineData("identities: { alice: { login: { post: /t, json: { password: hunter2secret } } } }")]
    [InlineData("identities: { alice: { login: { post: /t, form: { client_secret: hunter2secret } } } }")]
    [InlineData("issuer: { key: hunter2secret, alg: HS256 }")]
    [InlineData("target: https://alice:hunter2secret@api.example.com")]
    public void A_secret_that_is_written_out_is_refused_and_never_repeated(string text)
    {
        ImmutableArray<InputProblem> problems = Refused(text.StartsWith("target", StringComparison.Ordinal) ? text : "target: https://api.example.com\n" + text);
        problems.ShouldNotBeEmpty();
        problems.ShouldAllBe(problem => !(problem.ToString() + problem.Hint).Contains("hunter2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("target: &a https://api.example.com", "an anchor")]
    [InlineData("a: &a [x]\nb: *a", "an anchor")]
    [InlineData("target: !!python/object:os.system x", "tags are not read")]
    [InlineData("target: x\ntarget: y", "stands twice")]
    [InlineData("target: x\n---\ntarget: y", "more than one document")]
    [InlineData("target: \"x", "not valid YAML")]
    [InlineData("identities: { alice: { token: @file } }", "not valid YAML")]
    [InlineData("- a\n- b", "holds no mapping")]
    [InlineData("? [a, b]\n: c", "a key that is no plain text")]
    public void What_is_not_plain_yaml_is_refused(string text, string message) =>
        Refused(text).ShouldContain(problem => problem.ToString().Contains(message, StringComparison.Ordinal));

    [Fact]
    public void Deep_and_wide_files_are_refused_at_once()
    {
        Refused(new string('[', 100_000)).ShouldContain(problem => problem.Message.Contains("nested deeper", StringComparison.Ordinal));
        Refused("names: [" + string.Concat(Enumerable.Repeat("a,", 30_000)) + "]").ShouldContain(problem => problem.Message.Contains("more than", StringComparison.Ordinal));
        Refused("names: [" + new string('a', 2 * 1024 * 1024) + "]").ShouldContain(problem => problem.Message.Contains("larger than", StringComparison.Ordinal));
    }

    [Fact]
    public void Never_throws_on_mutated_files()
    {
        const string Seed = "target: https://api.example.com\nidentities:\n  alice: { cert: alice.pem, values: { a: \"\\u0041\" } }\nnames: [b.example]\nexpect: { matrix: [ \"alice GET /x deny\" ] }\nlimits: { timeout: 60s }\n";
        var random = new Random(17);
        int refused = 0;
        for (int round = 0; round < 500; round++)
        {
            char[] text = Seed.ToCharArray();
            for (int change = 0; change < 1 + (round % 4); change++)
            {
                text[random.Next(text.Length)] = "{}[]:,\"'\\&*!|>%@`#-? \n\t\0xé\u2028"[random.Next(27)];
            }

            ScanRequestAnswer answer = Read(new string(text));
            if (answer is ScanRequestAnswer.Accepted accepted)
            {
                accepted.Request.Dispose();
            }

            refused += answer is ScanRequestAnswer.Refused ? 1 : 0;
        }

        refused.ShouldBeGreaterThan(100);
    }

    private ScanRequest Accepted(string yaml, Func<ScanOptions, ScanOptions>? options = null)
    {
        ScanRequestAnswer answer = Read(yaml, options);
        string[] problems = answer is ScanRequestAnswer.Refused refused ? [.. refused.Problems.Select(problem => problem.ToString())] : [];
        problems.ShouldBeEmpty();
        return answer.ShouldBeOfType<ScanRequestAnswer.Accepted>().Request;
    }

    private ImmutableArray<InputProblem> Refused(string yaml) => Read(yaml).ShouldBeOfType<ScanRequestAnswer.Refused>().Problems;

    private ScanRequestAnswer Read(string yaml, Func<ScanOptions, ScanOptions>? change = null)
    {
        _folder.Write("s.yaml", yaml);
        var options = new ScanOptions { ConfigurationFile = "s.yaml" };
        return _folder.Reader(name => name switch { "ALICE_TOKEN" => "t0ken", "BASIC" => "root:pw", _ => null }).Read(change is null ? options : change(options));
    }
}
