using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.AspNetCore.Revocation;
using Sallyport.Certificates.Chain;
using Sallyport.Certificates.Revocation;
using Sallyport.Forge;
using Sallyport.Forge.Revocation;
using Sallyport.Lab.Pki;
using OcspStatus = Sallyport.Forge.Revocation.OcspStatus;
using RevocationReason = Sallyport.Forge.Revocation.RevocationReason;

namespace Sallyport.AspNetCore.Tests.Revocation;

public sealed class OcspTests
{
    private const int AnswerRefused = 2359;

    [Fact]
    public async Task Who_was_told_of_is_asked_about_and_let_in_the_next_time()
    {
        await using var server = await ListServer.StartAsync();
        await using var house = With(server);
        Respond(server, house);
        house.Open();

        // The refused handshake itself is what tells.
        house.Says(house.Pki.Alice).ShouldBe("RevocationUnknown:NoSource");
        server.Requests.ShouldBeEmpty();
        await house.Watch.RoundAsync(TestContext.Current.CancellationToken);
        house.Says(house.Pki.Alice).ShouldBe("Verified");
        house.Says(house.Pki.Bob).ShouldBe("RevocationUnknown:NoSource");
        server.Requests.Count.ShouldBe(1);
        server.Requests[0].ContentType.ToString().ShouldBe("application/ocsp-request");
    }

    [Fact]
    public async Task A_revocation_is_published_at_the_next_refresh_and_stays_when_the_responder_is_gone()
    {
        await using var server = await ListServer.StartAsync();
        await using var house = With(server);
        Respond(server, house);
        house.Open();
        await TellAsync(house, house.Pki.Alice);
        Respond(server, house, new OcspStatus.Revoked(house.Now, RevocationReason.KeyCompromise));
        await house.Watch.RoundAsync(TestContext.Current.CancellationToken);
        house.Says(house.Pki.Alice).ShouldBe("Verified");
        house.Advance(TimeSpan.FromMinutes(5));
        await house.Watch.RoundAsync(TestContext.Current.CancellationToken);
        house.Says(house.Pki.Alice).ShouldBe("Revoked");

        server.Answer = static context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        house.Advance(TimeSpan.FromMinutes(5));
        await house.Watch.RoundAsync(TestContext.Current.CancellationToken);
        house.Says(house.Pki.Alice).ShouldBe("Revoked");
    }

    [Fact]
    public async Task Renewals_that_say_the_same_wait_until_the_published_answer_nears_its_end()
    {
        await using var server = await ListServer.StartAsync();
        await using var house = With(server);
        Respond(server, house);
        house.Open();
        await TellAsync(house, house.Pki.Alice);
        long epoch = house.Epoch;
        for (int i = 0; i < 11; i++)
        {
            house.Advance(TimeSpan.FromMinutes(5));
            house.Watch.Unknown(house.Pki.Alice.Forged.Leaf.Span, []);
            await house.Watch.RoundAsync(TestContext.Current.CancellationToken);
        }

        server.Requests.Count.ShouldBe(12);
        house.Epoch.ShouldBe(epoch);
        house.Advance(TimeSpan.FromMinutes(4.5));
        house.Poll();
        house.Epoch.ShouldBe(epoch + 1);
        house.Advance(TimeSpan.FromMinutes(5));
        house.Says(house.Pki.Alice).ShouldBe("Verified");
    }

    [Fact]
    public async Task An_old_answer_is_no_answer_and_a_missing_nonce_is_none_either()
    {
        await using var server = await ListServer.StartAsync();
        await using var house = With(server);
        Respond(server, house, nonce: static _ => new byte[32]);
        house.Open();
        await TellAsync(house, house.Pki.Alice);
        house.Log.Of(AnswerRefused).ShouldHaveSingleItem().ShouldContain("NonceMismatch");
        Respond(server, house, nonce: static _ => null);
        house.Advance(TimeSpan.FromMinutes(5));
        await house.Watch.RoundAsync(TestContext.Current.CancellationToken);
        house.Log.Of(AnswerRefused).Last().ShouldContain("NonceMissing");
        house.Says(house.Pki.Alice).ShouldBe("RevocationUnknown:NoSource");
    }

    [Fact]
    public async Task Where_the_operator_allows_a_missing_nonce_an_older_answer_still_does_not_replace_a_newer_one()
    {
        await using var server = await ListServer.StartAsync();
        await using var house = With(server, options => options.Revocation.Ocsp.UnsafeAllowMissingNonce = true);
        DateTimeOffset before = house.Now.AddMinutes(-2);
        Respond(server, house, new OcspStatus.Revoked(house.Now, RevocationReason.KeyCompromise), static _ => null);
        house.Open();
        await TellAsync(house, house.Pki.Alice);
        house.Says(house.Pki.Alice).ShouldBe("Revoked");
        Respond(server, house, nonce: static _ => null, thisUpdate: before);
        house.Advance(TimeSpan.FromMinutes(5));
        await house.Watch.RoundAsync(TestContext.Current.CancellationToken);
        server.Requests.Count.ShouldBe(2);
        house.Says(house.Pki.Alice).ShouldBe("Revoked");
    }

    [Fact]
    public async Task A_later_good_answer_brings_nobody_back_who_was_revoked()
    {
        await using var server = await ListServer.StartAsync();
        await using var house = With(server);
        Respond(server, house, new OcspStatus.Revoked(house.Now, RevocationReason.KeyCompromise));
        house.Open();
        await TellAsync(house, house.Pki.Alice);
        Respond(server, house, new OcspStatus.Revoked(house.Now, RevocationReason.CertificateHold));
        await TellAsync(house, house.Pki.Bob);
        (house.Says(house.Pki.Alice), house.Says(house.Pki.Bob)).ShouldBe(("Revoked", "Revoked"));
        Respond(server, house);
        house.Advance(TimeSpan.FromMinutes(6));
        await house.Watch.RoundAsync(TestContext.Current.CancellationToken);
        house.Poll();
        server.Requests.Count.ShouldBe(4);
        (house.Says(house.Pki.Alice), house.Says(house.Pki.Bob)).ShouldBe(("Revoked", "Verified"));
    }

    [Theory]
    [InlineData(RevocationMode.Required)]
    [InlineData(RevocationMode.WhenKnown)]
    public async Task A_good_answer_does_not_outvote_a_list_that_has_grown_old_or_lost_its_source(RevocationMode mode)
    {
        await using var server = await ListServer.StartAsync();
        await using var house = With(server, options =>
        {
            options.Revocation.Crl.AddFile("ca.crl");
            options.Revocation.MaxSourceAge = TimeSpan.FromHours(1);
            options.Revocation.Policy = new RevocationPolicy { Mode = mode };
        });
        house.Write("ca.crl", house.List(1, house.Pki.Alice));
        Respond(server, house);
        house.Open();
        await TellAsync(house, house.Pki.Bob);
        foreach (double hours in (double[])[2, 20])
        {
            File.Delete(house.PathOf("ca.crl"));
            house.Advance(TimeSpan.FromHours(hours));
            house.Poll();
            await TellAsync(house, house.Pki.Alice);
            await TellAsync(house, house.Pki.Bob);
            house.Says(house.Pki.Alice).ShouldBe("Revoked");
            house.Says(house.Pki.Bob).ShouldBe("Verified");
        }
    }

    [Fact]
    public async Task X13_A_stranger_makes_the_guard_ask_nobody_whatever_the_certificate_names()
    {
        await using var server = await ListServer.StartAsync();
        await using var house = With(server, options => options.Revocation.AllowedHosts.Add(server.Address.Authority));
        house.Open();
        foreach (var authority in (LabAuthority[])[house.Pki.RogueCa, house.Pki.OtherClientCa])
        {
            await TellAsync(house, house.Pki.Client("mallory", spec => Naming(spec, server.Address), authority));
        }

        house.Watch.Unknown([1, 2, 3], [new byte[10]]);
        await house.Watch.RoundAsync(TestContext.Current.CancellationToken);
        house.Watch.Watched.ShouldBeEmpty();
        house.Sources.All.ShouldBeEmpty();
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task X1_What_a_good_certificate_names_is_asked_only_on_an_allowed_host_and_its_issuers_url_never()
    {
        await using var allowed = await ListServer.StartAsync();
        await using var other = await ListServer.StartAsync();
        await using var house = new Gatehouse((house, options) =>
        {
            options.Trust.AddPemFile("ca.pem");
            options.Revocation.AllowedHosts.Add(allowed.Address.Authority);
            house.Write("ca.pem", Gatehouse.Pem(house.Pki.ClientCa));
        });
        house.Open();
        var astray = house.Pki.Client("astray", spec => Naming(spec, other.Address));
        await TellAsync(house, astray);
        await house.FetchAsync();
        other.Requests.ShouldBeEmpty();
        house.Sources.All.ShouldBeEmpty();

        var carol = house.Pki.Client("carol", spec => Naming(spec, allowed.Address) with { OcspUrls = [] });
        allowed.Serve(house.List(1, astray));
        await TellAsync(house, carol);
        await house.FetchAsync();
        allowed.Requests.Count.ShouldBe(1);
        house.Says(carol).ShouldBe("Verified");
        house.Says(astray).ShouldBe("Revoked");
    }

    [Fact]
    public async Task A_responder_that_a_certificate_names_is_asked_on_an_allowed_host()
    {
        await using var server = await ListServer.StartAsync();
        await using var house = new Gatehouse((house, options) =>
        {
            options.Trust.AddPemFile("ca.pem");
            options.Revocation.AllowedHosts.Add(server.Address.Authority);
            house.Write("ca.pem", Gatehouse.Pem(house.Pki.ClientCa));
        });
        Respond(server, house);
        house.Open();
        var carol = house.Pki.Client("carol", spec => spec with { OcspUrls = [server.Address.AbsoluteUri] });
        await TellAsync(house, carol);
        house.Says(carol).ShouldBe("Verified");
    }

    [Fact]
    public async Task d11_A_flood_of_reports_is_dropped_and_never_waits()
    {
        await using var server = await ListServer.StartAsync();
        await using var house = With(server, options => options.Revocation.Ocsp.MaxWatched = 2);
        Respond(server, house);
        house.Open();
        for (int i = 0; i < 10_000; i++)
        {
            house.Watch.Unknown([(byte)i, (byte)(i >> 8)], []);
        }

        house.Watch.Waiting.ShouldBe(OcspWatch.MaxReports);
        await house.Watch.RoundAsync(TestContext.Current.CancellationToken);
        house.Watch.Waiting.ShouldBe(0);
        foreach (var identity in (LabIdentity[])[house.Pki.Alice, house.Pki.Bob, house.Pki.Root])
        {
            house.Advance(TimeSpan.FromSeconds(1));
            await TellAsync(house, identity);
        }

        house.Watch.Watched.Count.ShouldBe(2);
        house.Watch.Watched.Any(w => w.Certificate.Der.Span.SequenceEqual(house.Pki.Alice.Forged.Leaf.Span)).ShouldBeFalse();
    }

    [Fact]
    public async Task Who_is_not_seen_for_long_is_not_asked_about_any_more_but_the_revoked_stay_revoked()
    {
        await using var server = await ListServer.StartAsync();
        await using var house = With(server, options => options.Revocation.Ocsp.ForgetAfter = TimeSpan.FromHours(1));
        Respond(server, house);
        house.Open();
        await TellAsync(house, house.Pki.Alice);
        Respond(server, house, new OcspStatus.Revoked(house.Now, RevocationReason.KeyCompromise), life: TimeSpan.FromHours(20));
        await TellAsync(house, house.Pki.Bob);
        house.Advance(TimeSpan.FromHours(2));
        await house.Watch.RoundAsync(TestContext.Current.CancellationToken);
        house.Watch.Watched.ShouldHaveSingleItem().Certificate.Der.Span.SequenceEqual(house.Pki.Bob.Forged.Leaf.Span).ShouldBeTrue();
        house.Says(house.Pki.Bob).ShouldBe("Revoked");
    }

    [Fact]
    public async Task A_responder_that_does_not_answer_is_left_alone_for_a_while_and_the_next_one_is_asked()
    {
        await using var silent = await ListServer.StartAsync();
        await using var server = await ListServer.StartAsync();
        await using var house = With(silent, options => options.Revocation.Ocsp.Responder(server.Address));
        silent.Answer = static context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        Respond(server, house);
        house.Open();
        await TellAsync(house, house.Pki.Alice);
        await TellAsync(house, house.Pki.Bob);
        house.Says(house.Pki.Alice).ShouldBe("Verified");
        house.Says(house.Pki.Bob).ShouldBe("Verified");
        silent.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_running_host_asks_by_itself()
    {
        await using var server = await ListServer.StartAsync();
        await using var house = With(server, time: TimeProvider.System);
        Respond(server, house);
        await house.StartAsync();
        await house.PublishedAsync(() => house.Says(house.Pki.Alice) == "Verified");
        house.Watch.Seen(house.Verdict(house.Pki.Alice).ShouldBeOfType<ChainVerdict.Verified>().Certificate);
        house.Watch.Waiting.ShouldBe(0);
    }

    private static async Task TellAsync(Gatehouse house, LabIdentity identity)
    {
        house.Watch.Unknown(identity.Forged.Leaf.Span, [.. identity.Forged.Chain.Skip(1)]);
        await house.Watch.RoundAsync(TestContext.Current.CancellationToken);
    }

    private static CertificateSpec Naming(CertificateSpec spec, Uri address) => spec with
    {
        CaIssuersUrls = [address.AbsoluteUri + "issuer.cer"],
        OcspUrls = [address.AbsoluteUri + "ocsp"],
        CrlUrls = [address.AbsoluteUri + "ca.crl"],
    };

    /// <summary>Answers about everybody; by the house's clock, with the nonce that was sent unless a test wants another.</summary>
    private static void Respond(
        ListServer server, Gatehouse house, OcspStatus? status = null, Func<byte[], byte[]?>? nonce = null, DateTimeOffset? thisUpdate = null, TimeSpan? life = null) =>
        server.Answer = async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);

            // The guard writes the nonce last.
            byte[] question = body.ToArray();
            byte[] sent = question[^32..];
            await context.Response.Body.WriteAsync(
                house.Pki.ClientCa.Authority.SignOcspResponse(new OcspResponseSpec
                {
                    ProducedAt = house.Now,
                    Nonce = nonce is null ? sent : nonce(sent) is { } other ? (ReadOnlyMemory<byte>?)other : null,
                    Entries =
                    [
                        new OcspEntry
                        {
                            Serial = SerialOf(question),
                            Status = status ?? new OcspStatus.Good(),
                            ThisUpdate = thisUpdate ?? house.Now,
                            NextUpdate = (thisUpdate ?? house.Now) + (life ?? TimeSpan.FromHours(1)),
                        },
                    ],
                }),
                context.RequestAborted);
        };

    /// <summary>The serial number follows two hashes of 20 octets.</summary>
    private static ReadOnlyMemory<byte> SerialOf(byte[] question)
    {
        int at = question.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x04, 0x14]) + 44;
        return question.AsMemory(at + 2, question[at + 1]);
    }

    private static Gatehouse With(ListServer server, Action<SallyportOptions>? configure = null, TimeProvider? time = null) => new(
        (house, options) =>
        {
            options.Trust.AddPemFile("ca.pem");
            options.Revocation.Ocsp.Responder(server.Address);
            house.Write("ca.pem", Gatehouse.Pem(house.Pki.ClientCa));
            configure?.Invoke(options);
        },
        time);
}
