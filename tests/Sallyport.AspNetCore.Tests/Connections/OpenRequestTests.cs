using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Sallyport.AspNetCore.Connections;
using Sallyport.AspNetCore.Tests.Authorization;

namespace Sallyport.AspNetCore.Tests.Connections;

/// <summary>Requests under way: where they are kept in mind, and that nobody touches one that is over.</summary>
public sealed class OpenRequestTests
{
    [Fact]
    public void Requests_under_way_leave_from_anywhere_and_only_once()
    {
        using var lab = new GateLab();
        var list = new OpenRequestList(new ConnectionRegistry());
        OpenRequest[] all = [.. Enumerable.Range(0, 4).Select(_ => new OpenRequest(new DefaultHttpContext(), lab.Caller("alice")))];
        list.IsEmpty.ShouldBeTrue();
        Array.ForEach(all, list.Add);
        foreach (int gone in (int[])[1, 1, 3, 0])
        {
            OpenRequestList.Remove(all[gone]);
            list.All().ShouldNotContain(all[gone]);
        }

        list.All().ShouldBe([all[2]]);
        all[2].Dispose();
        list.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void A_connection_keeps_one_request_in_mind_and_the_list_the_others()
    {
        using var lab = new GateLab();
        var registry = new ConnectionRegistry();
        GuardedConnection connection = lab.Connection(lab.Caller("alice"));
        registry.Add(new OpenConnection(connection, new DefaultConnectionContext(), DateTimeOffset.UnixEpoch));
        var list = new OpenRequestList(registry);
        OpenRequest[] all = [.. Enumerable.Range(0, 3).Select(_ => new OpenRequest(new DefaultHttpContext(), lab.Caller("alice"), connection))];
        Array.ForEach(all, list.Add);
        connection.Carried.ShouldBe(all[0]);
        list.All().ShouldBe(all, ignoreOrder: true);
        all[1].Dispose();
        connection.Carried.ShouldBe(all[0]);
        all[0].Dispose();
        connection.Carried.ShouldBeNull();
        list.All().ShouldBe([all[2]]);
        all[2].Dispose();
        list.All().ShouldBeEmpty();
    }

    [Fact]
    public void A_request_that_its_own_abort_ends_ends_once()
    {
        using var lab = new GateLab();
        var context = new DefaultHttpContext();
        var ending = new EndsWhatItAborts();
        context.Features.Set<IHttpRequestLifetimeFeature>(ending);
        var request = new OpenRequest(context, lab.Caller("alice"));
        ending.Request = request;
        request.Read(static c => c.Request.Path.Value ?? "").ShouldNotBeNull();
        request.TryAbort().ShouldBeTrue();
        request.TryAbort().ShouldBeFalse();
        ending.Aborts.ShouldBe(1);
        request.Read(static c => c.Request.Path.Value ?? "").ShouldBeNull();
    }

    [Fact]
    public async Task A_request_is_neither_read_nor_aborted_once_it_is_over_however_many_try()
    {
        using var lab = new GateLab();
        for (int i = 0; i < 200; i++)
        {
            var context = new DefaultHttpContext();
            var ending = new EndsWhatItAborts();
            context.Features.Set<IHttpRequestLifetimeFeature>(ending);
            var request = new OpenRequest(context, lab.Caller("alice"));
            using var start = new Barrier(3);
            Task<bool> abort = Task.Run(() => { start.SignalAndWait(); return request.TryAbort(); }, TestContext.Current.CancellationToken);
            Task read = Task.Run(() => { start.SignalAndWait(); request.Read(static c => c.Request.Path.Value); }, TestContext.Current.CancellationToken);
            start.SignalAndWait(TestContext.Current.CancellationToken);
            request.Dispose();
            int aborts = ending.Aborts;
            bool isAborted = await abort;
            await read;
            aborts.ShouldBe(isAborted ? 1 : 0, "a context that was left may be another request's already");
            ending.Aborts.ShouldBe(aborts);
        }
    }

    private sealed class EndsWhatItAborts : IHttpRequestLifetimeFeature
    {
        public OpenRequest? Request { get; set; }

        public int Aborts { get; private set; }

        public CancellationToken RequestAborted { get; set; }

        public void Abort()
        {
            Aborts++;
            Request?.Dispose();
        }
    }
}
