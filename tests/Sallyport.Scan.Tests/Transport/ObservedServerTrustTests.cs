using System;
using System.Collections.Immutable;
using System.Linq;
using Sallyport.Lab.Pki;
using Sallyport.Scan.Tests.Checks;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Tests.Transport;

public sealed class ObservedServerTrustTests(CheckLab lab)
{
    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    public void Trusts_a_chain_to_the_given_root_that_names_the_host(string host) => Judge(lab.Pki.Server, host).ShouldBeOfType<ServerTrust.Verified>();

    [Fact]
    public void Distrusts_another_name_and_says_which()
    {
        Reason(Judge(lab.Pki.Server, "api.example.com")).ShouldContain("api.example.com");
        Reason(Judge(lab.Pki.ServerFor("*.example.com"), "example.com")).ShouldContain("example.com");
        Judge(lab.Pki.ServerFor("*.example.com"), "api.example.com").ShouldBeOfType<ServerTrust.Verified>();
    }

    [Fact]
    public void Distrusts_what_is_out_of_its_dates()
    {
        LabIdentity expired = lab.Pki.ServerWith(spec => spec with { NotBefore = DateTimeOffset.UnixEpoch, NotAfter = DateTimeOffset.UnixEpoch.AddDays(9000) }, "localhost");
        Reason(Judge(expired, "localhost")).ShouldContain("not valid at this time");
    }

    [Fact]
    public void Distrusts_a_certificate_that_is_not_for_servers() =>
        Reason(Judge(lab.Pki.ServerWith(spec => spec with { ExtendedKeyUsages = ["1.3.6.1.5.5.7.3.2"] }, "localhost"), "localhost")).ShouldContain("not for servers");

    [Fact]
    public void Distrusts_an_unknown_root_a_missing_key_and_nothing_at_all()
    {
        ObservedServerTrust other = new([[.. lab.Pki.ClientCa.Authority.Certificate.Span]], TimeProvider.System);
        Reason(other.Judge(Chain(lab.Pki.Server), true, "localhost")).ShouldContain("given server CA");
        Reason(new ObservedServerTrust([], TimeProvider.System).Judge(Chain(lab.Pki.Server), true, "localhost")).ShouldContain("--server-ca");
        Reason(Trust().Judge(Chain(lab.Pki.Server), false, "localhost")).ShouldContain("key");
        Reason(Trust().Judge(Chain(lab.Pki.Server), null, "localhost")).ShouldContain("key");
        Reason(Trust().Judge([], null, "localhost")).ShouldContain("no certificate");
        Reason(Trust().Judge([[1, 2, 3]], true, "localhost")).ShouldContain("cannot be read");
    }

    [Fact]
    public void A_chain_that_was_judged_is_judged_again_when_a_date_in_it_has_passed_and_under_another_name()
    {
        var time = new Clock(TimeProvider.System.GetUtcNow());
        DateTimeOffset start = time.Now.AddMinutes(1);
        LabIdentity brief = lab.Pki.ServerWith(spec => spec with { NotBefore = start, NotAfter = start.AddMinutes(2) }, "localhost");
        ObservedServerTrust trust = new([[.. lab.Pki.ServerCa.Authority.Certificate.Span]], time);
        Reason(Judged()).ShouldContain("not valid at this time");
        time.Now = start;
        ServerTrust trusted = Judged().ShouldBeOfType<ServerTrust.Verified>();
        time.Now = start.AddMinutes(1);
        Judged().ShouldBeSameAs(trusted);
        Reason(Judged("api.example.com")).ShouldContain("api.example.com");
        Reason(trust.Judge(Chain(brief), false, "localhost")).ShouldContain("key");
        time.Now = start.AddMinutes(3);
        Reason(Judged()).ShouldContain("not valid at this time");

        ServerTrust Judged(string host = "localhost") => trust.Judge(Chain(brief), true, host);
    }

    [Fact]
    public void What_is_kept_is_bounded_and_what_is_not_kept_is_judged_all_the_same()
    {
        ObservedServerTrust trust = Trust();
        for (int i = 0; i < 300; i++)
        {
            Reason(trust.Judge(Chain(lab.Pki.Server), true, $"h{i}.example.com")).ShouldContain($"h{i}.example.com");
        }

        trust.Judge(Chain(lab.Pki.Server), true, "localhost").ShouldBeOfType<ServerTrust.Verified>();
        trust.Judge(Chain(lab.Pki.Server), true, "localhost").ShouldBeOfType<ServerTrust.Verified>();
    }

    private static string Reason(ServerTrust trust) => trust.ShouldBeOfType<ServerTrust.Distrusted>().Reason;

    private static ImmutableArray<ImmutableArray<byte>> Chain(LabIdentity server) => [.. server.Forged.Chain.Select(der => ImmutableArray.Create(der.Span))];

    private ServerTrust Judge(LabIdentity server, string host) => Trust().Judge(Chain(server), true, host);

    private ObservedServerTrust Trust() => new([[.. lab.Pki.ServerCa.Authority.Certificate.Span]], TimeProvider.System);

    private sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
