using System;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Options;
using Sallyport.AspNetCore.Tests.Lockout;
using Sallyport.AspNetCore.Transport;

namespace Sallyport.AspNetCore.Tests.Transport;

public sealed class HandshakeSlotsTests
{
    private static readonly IPEndPoint _here = new(IPAddress.Parse("192.0.2.1"), 1);
    private static readonly IPEndPoint _there = new(IPAddress.Parse("192.0.2.2"), 1);

    [Fact]
    public async Task One_address_cannot_take_them_all()
    {
        using var slots = Slots(all: 3, perAddress: 2);
        using var first = await slots.EnterAsync(_here, shared: false, CancellationToken.None);
        using var second = await slots.EnterAsync(_here, shared: false, CancellationToken.None);
        (await slots.EnterAsync(_here, shared: false, new CancellationToken(canceled: true))).ShouldBeNull();
        using var other = await slots.EnterAsync(_there, shared: false, CancellationToken.None);
        other.ShouldNotBeNull();
        (await slots.EnterAsync(new IPEndPoint(IPAddress.Parse("192.0.2.3"), 1), shared: false, new CancellationToken(canceled: true))).ShouldBeNull();
    }

    [Fact]
    public async Task Who_waits_gets_the_slot_that_is_given_back()
    {
        using var slots = Slots(all: 1, perAddress: 1);
        var first = await slots.EnterAsync(_here, shared: false, CancellationToken.None);
        var waiting = slots.EnterAsync(_there, shared: false, CancellationToken.None).AsTask();
        waiting.IsCompleted.ShouldBeFalse();
        first.ShouldNotBeNull().Dispose();
        first.Dispose();
        using var second = await waiting;
        second.ShouldNotBeNull();
        (await slots.EnterAsync(_here, shared: false, new CancellationToken(canceled: true))).ShouldBeNull();
    }

    [Fact]
    public async Task Who_leaves_the_line_takes_nothing_along()
    {
        using var slots = Slots(all: 1, perAddress: 1);
        var first = await slots.EnterAsync(_here, shared: false, CancellationToken.None);
        using var gone = new CancellationTokenSource();
        var waiting = slots.EnterAsync(_here, shared: false, gone.Token).AsTask();
        await gone.CancelAsync();
        (await waiting).ShouldBeNull();
        first.ShouldNotBeNull().Dispose();
        using var next = await slots.EnterAsync(_here, shared: false, CancellationToken.None);
        next.ShouldNotBeNull();
    }

    [Fact]
    public async Task Many_behind_one_address_are_only_counted_in_all()
    {
        using var slots = Slots(all: 2, perAddress: 1);
        using var first = await slots.EnterAsync(_here, shared: true, CancellationToken.None);
        using var second = await slots.EnterAsync(_here, shared: true, CancellationToken.None);
        second.ShouldNotBeNull();
        (await slots.EnterAsync(_here, shared: true, new CancellationToken(canceled: true))).ShouldBeNull();
    }

    [Fact]
    public async Task Who_does_not_go_on_gives_its_slot_back_once()
    {
        var time = new SteppedTime(DateTimeOffset.UnixEpoch);
        using var slots = Slots(all: 2, perAddress: 1, time);
        var stalled = await slots.EnterAsync(_here, shared: false, CancellationToken.None);
        var waiting = slots.EnterAsync(_here, shared: false, CancellationToken.None).AsTask();
        waiting.IsCompleted.ShouldBeFalse();
        time.Step(HandshakeSlots.Lease);
        using var next = await waiting;
        next.ShouldNotBeNull();
        stalled.ShouldNotBeNull().Dispose();
        (await slots.EnterAsync(_here, shared: false, new CancellationToken(canceled: true))).ShouldBeNull();
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
    public void One_IPv6_network_is_one_address(string remote, string counted) =>
        HandshakeSlots.Of(new IPEndPoint(IPAddress.Parse(remote), 1)).ShouldBe(IPAddress.Parse(counted));

    private static HandshakeSlots Slots(int all, int perAddress, TimeProvider? time = null)
    {
        var options = new SallyportOptions();
        options.Transport.MaxHandshakes = all;
        options.Transport.MaxHandshakesPerAddress = perAddress;
        return new HandshakeSlots(Options.Create(options), time ?? TimeProvider.System);
    }
}
