using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using OrdersApi.App;

namespace Sallyport.Scan.Tests.Samples;

/// <summary>Each switch changes what it declares, seen without the scanner: the strict API does not show it, the weak one does, and serves alice still.</summary>
public sealed class OrdersSwitchTests
{
    // What a handshake shows is seen in the interop tests of the same sample.
    private static readonly Weakness[] _ofTheHandshake =
    [
        Weakness.AccountByCommonName, Weakness.AnyCertificate, Weakness.AnyUsage, Weakness.NoRevocation, Weakness.RouteGap, Weakness.EveryoneServed, Weakness.ForeignHost,
        Weakness.TrustedConnection, Weakness.CertificateDownloads, Weakness.UnmappedServed, Weakness.NoOwnerRule, Weakness.PlainHttp, Weakness.NoStrictTransport, Weakness.OldSuites,
    ];

    public static TheoryData<Weakness> Switches => [.. Probes.Keys];

    private static Dictionary<Weakness, Func<OrdersClient, Task<bool>>> Probes => new[] { TokenSwitches.All, ProxySwitches.All, AuthorizationSwitches.All, BrowserSwitches.All, InputSwitches.All, AnswerSwitches.All, RaceSwitches.All, AssistantSwitches.All }
        .SelectMany(family => family).ToDictionary(probe => probe.Weakness, probe => probe.Shows);

    [Theory]
    [MemberData(nameof(Switches))]
    public async Task A_switch_changes_what_it_declares(Weakness weakness)
    {
        await using (OrdersClient strict = await OrdersClient.StartAsync())
        {
            (await Probes[weakness](strict)).ShouldBeFalse("the strict API shows it");
        }

        await using OrdersClient weak = await OrdersClient.StartAsync(weakness);
        (await Probes[weakness](weak)).ShouldBeTrue("the weak API does not show it");
        (await weak.GetAsync("/profiles/bob", weak.Bob)).Text.ShouldContain("\"note\":\"profile-");
        (await weak.SendAsync("GET", "/profiles/bob", weak.Bob.Forged, [OrdersClient.Bearer("e30.e30.e30")])).Status.ShouldBe(401);
    }

    [Fact]
    public void Every_switch_is_shown() => Weakness.All.Except(Probes.Keys).Except(_ofTheHandshake).ShouldBeEmpty();
}
