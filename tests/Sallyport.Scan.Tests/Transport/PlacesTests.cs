using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Tests.Transport;

public sealed class PlacesTests
{
    private static readonly IPAddress s_dead = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress s_alive = IPAddress.Parse("192.0.2.2");

    [Fact]
    public async Task An_address_that_says_nothing_leaves_the_others_their_turn()
    {
        List<IPAddress> dialled = [];
        Places places = Of([s_dead, s_alive], async (endpoint, token) =>
        {
            dialled.Add(endpoint.Address);
            if (endpoint.Address.Equals(s_dead))
            {
                await Task.Delay(Timeout.Infinite, token);
            }

            return Stream.Null;
        });

        for (int i = 0; i < 2; i++)
        {
            (await places.ConnectAsync(Target, TimeSpan.FromSeconds(2), TimeProvider.System, Cancel)).ShouldBe(Stream.Null);
        }

        dialled.ShouldBe([s_dead, s_alive, s_alive], "what was reached is asked first from then on");
        places.Reached(Target).ShouldNotBeNull().Address.ShouldBe(s_alive);
    }

    [Theory]
    [InlineData(true, "in time")]
    [InlineData(false, "refuses connections")]
    public async Task Addresses_that_all_fail_are_one_sentence(bool silent, string words)
    {
        Places places = Of([s_dead, s_alive], async (_, token) =>
        {
            await Task.Delay(silent ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, token);
            throw new SocketException((int)SocketError.ConnectionRefused);
        });

        IOException none = await Should.ThrowAsync<IOException>(() => places.ConnectAsync(Target, TimeSpan.FromMilliseconds(100), TimeProvider.System, Cancel));

        none.Message.ShouldContain(words);
    }

    [Fact]
    public async Task The_callers_cancel_ends_it_at_once()
    {
        using CancellationTokenSource cancel = new();
        Places places = Of([s_dead, s_alive], async (_, token) =>
        {
            await cancel.CancelAsync();
            await Task.Delay(Timeout.Infinite, token);
            return Stream.Null;
        });

        await Should.ThrowAsync<OperationCanceledException>(() => places.ConnectAsync(Target, TimeSpan.FromMinutes(5), TimeProvider.System, cancel.Token));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Route Target => Route.To(Request.Target);

    private static ScanRequest Request
    {
        get
        {
            TargetUrl.TryParse("https://api.example", out TargetUrl? target, out string? _).ShouldBeTrue();
            return new() { Target = target! }; // asserted
        }
    }

    private static Places Of(IPAddress[] addresses, Func<IPEndPoint, CancellationToken, Task<Stream>> dial) => new(Request, (_, _) => Task.FromResult(addresses), dial);
}
