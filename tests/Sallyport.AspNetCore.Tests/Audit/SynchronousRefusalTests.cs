using System;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Authorization;

namespace Sallyport.AspNetCore.Tests.Audit;

/// <summary>Code that cannot wait refuses, and the answer waits for the record, on a real Kestrel.</summary>
public sealed class SynchronousRefusalTests : IAsyncDisposable
{
    private readonly CurrentRequest _current = new();
    private readonly HeldTrail _trail = new();
    private readonly WebApplication _app;
    private readonly HttpClient _client = new();

    public SynchronousRefusalTests()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        var gate = new AuditGate(_current);
        var recorder = new RefusalRecorder(_trail, _current);
        _app.Use((context, next) => gate.InvokeAsync(context, (held, _) => next(held)));
        _app.Run(context => ServeAsync(context, recorder));
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    [Theory]
    [InlineData("/status")]
    [InlineData("/body")]
    public async Task The_answer_begins_when_the_record_is_kept(string path)
    {
        await _app.StartAsync(TestContext.Current.CancellationToken);
        Task<HttpResponseMessage> asked = AskAsync(path);
        await _trail.Asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        (await _trail.Answering.Task.WaitAsync(TestContext.Current.CancellationToken)).ShouldBeFalse("the answer began before its record was kept");
        asked.IsCompleted.ShouldBeFalse();
        _trail.Written.SetResult();
        using HttpResponseMessage answer = await asked;
        answer.StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    [Theory]
    [InlineData("/status", HttpStatusCode.ServiceUnavailable)]
    [InlineData("/body", HttpStatusCode.InternalServerError)]
    public async Task Without_its_record_the_answer_is_not_given(string path, HttpStatusCode instead)
    {
        await _app.StartAsync(TestContext.Current.CancellationToken);
        _trail.Written.SetException(new AuditUnavailableException("The disk is full."));
        using HttpResponseMessage answer = await AskAsync(path);
        answer.StatusCode.ShouldBe(instead);
    }

    [Fact]
    public async Task What_is_refused_once_the_answer_has_begun_is_queued()
    {
        await _app.StartAsync(TestContext.Current.CancellationToken);
        using HttpResponseMessage answer = await AskAsync("/late");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        _trail.Noted.ShouldBe(1);
        _trail.Asked.Task.IsCompleted.ShouldBeFalse();
    }

    private Task<HttpResponseMessage> AskAsync(string path) =>
        _client.GetAsync(new Uri(_app.Urls.Single() + path), TestContext.Current.CancellationToken);

    private async Task ServeAsync(HttpContext context, RefusalRecorder recorder)
    {
        if (context.Request.Path == "/late")
        {
            await context.Response.WriteAsync("begun");
            recorder.Note(null, UseRefusal.Changed, "late");
            return;
        }

        recorder.Refuse(null, UseRefusal.Changed, "in synchronous code").Refusal.ShouldBe(UseRefusal.Changed);
        context.Response.StatusCode = StatusCodes.Status409Conflict;
        Task written = context.Request.Path == "/body" ? context.Response.WriteAsync("changed") : Task.CompletedTask;
        _trail.Answering.TrySetResult(context.Response.HasStarted || (context.Request.Path == "/body" && written.IsCompletedSuccessfully));
        await written;
    }

    /// <summary>Keeps a record when the test says so.</summary>
    private sealed class HeldTrail : IAuditTrail
    {
        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Whether the answer had begun when the endpoint wanted it to.</summary>
        public TaskCompletionSource<bool> Answering { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Noted { get; private set; }

        public void Note(AuditEvent happened) => Noted++;

        public ValueTask RecordAsync(AuditEvent happened, CancellationToken cancellationToken)
        {
            Asked.TrySetResult();
            return new ValueTask(Written.Task);
        }
    }
}
