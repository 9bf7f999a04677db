using System;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Sallyport.AspNetCore.Identity;

namespace Sallyport.AspNetCore.Tests.Identity;

public sealed class IdentityWatcherTests : IDisposable
{
    private static readonly TimeSpan Ceiling = TimeSpan.FromSeconds(30);

    private readonly TestTime _time = new();
    private readonly ScriptedStore _store = new();
    private readonly IdentityDirectory _directory;
    private readonly IdentityWatcher _watcher;
    private readonly Channel<long> _heard = Channel.CreateUnbounded<long>();

    public IdentityWatcherTests()
    {
        IOptions<SallyportOptions> options = Options.Create(new SallyportOptions());
        _directory = new IdentityDirectory(options, _time);
        _directory.Subscribe(epoch => _heard.Writer.TryWrite(epoch));
        _watcher = new IdentityWatcher(_directory, options, _time, NullLogger<IdentityWatcher>.Instance, _store);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _watcher.Dispose();

    [Fact]
    public async Task Identities_are_known_before_the_server_listens()
    {
        _store.Add("alice");
        await _watcher.StartAsync(Cancel);
        _directory.FindByName("alice").ShouldBeOfType<IdentityAnswer.Known>();
        await _watcher.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_change_is_read_when_the_store_speaks()
    {
        await _watcher.StartAsync(Cancel);
        await HearAsync();
        _store.Add("alice");
        _store.Speak();
        await HearAsync();
        _directory.FindByName("alice").ShouldBeOfType<IdentityAnswer.Known>();
        await _watcher.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_lost_notification_loses_nothing_because_the_epoch_is_polled_every_second()
    {
        await _watcher.StartAsync(Cancel);
        await HearAsync();
        _store.Add("alice");
        await PollUntilAsync(() => _directory.FindByName("alice") is IdentityAnswer.Known);
        await _watcher.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_store_whose_notifications_fail_is_polled_all_the_same()
    {
        _store.FailsToListen = true;
        await _watcher.StartAsync(Cancel);
        await HearAsync();
        _store.Add("alice");
        await PollUntilAsync(() => _directory.FindByName("alice") is IdentityAnswer.Known);
        await _watcher.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_store_that_answers_no_more_lets_nobody_in_until_it_answers_again()
    {
        _store.Add("alice");
        await _watcher.StartAsync(Cancel);
        await HearAsync();
        _store.Fails = true;
        await PollUntilAsync(() => _directory.FindByName("alice") is IdentityAnswer.Stale);
        _store.Fails = false;
        await PollUntilAsync(() => _directory.FindByName("alice") is IdentityAnswer.Known);
        await _watcher.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_store_that_fails_at_the_start_does_not_keep_the_server_from_starting_but_everybody_out()
    {
        _store.Add("alice");
        _store.Fails = true;
        await _watcher.StartAsync(Cancel);
        _directory.FindByName("alice").ShouldBeOfType<IdentityAnswer.Stale>();
        _store.Fails = false;
        await PollUntilAsync(() => _directory.FindByName("alice") is IdentityAnswer.Known);
        await _watcher.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_store_that_hangs_is_given_up_and_asked_again()
    {
        _store.Add("alice");
        _store.Hangs = true;
        Task start = _watcher.StartAsync(Cancel);
        await _store.Asked.WaitAsync(Ceiling, Cancel);
        _time.Pass(TimeSpan.FromSeconds(11));
        await start.WaitAsync(Ceiling, Cancel);
        _store.Hangs = false;
        await PollUntilAsync(() => _directory.FindByName("alice") is IdentityAnswer.Known);
        await _watcher.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_store_is_read_whole_only_when_its_epoch_has_moved()
    {
        await _watcher.StartAsync(Cancel);
        int polled = _store.Polled;
        await PollUntilAsync(() => _store.Polled > polled + 3);
        _store.Read.ShouldBe(1);
        await _watcher.StopAsync(Cancel);
    }

    [Fact]
    public async Task Without_a_store_nobody_is_known()
    {
        IOptions<SallyportOptions> options = Options.Create(new SallyportOptions());
        using var watcher = new IdentityWatcher(_directory, options, _time, NullLogger<IdentityWatcher>.Instance);
        await watcher.StartAsync(Cancel);
        _directory.FindByName("alice").ShouldBeOfType<IdentityAnswer.Stale>();
        await watcher.StopAsync(Cancel);
    }

    private async Task HearAsync() => await _heard.Reader.ReadAsync(Cancel).AsTask().WaitAsync(Ceiling, Cancel);

    /// <summary>Lets seconds pass on the guard's clock until it is so.</summary>
    private async Task PollUntilAsync(Func<bool> isSo)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(Ceiling);
        while (!isSo())
        {
            limit.Token.ThrowIfCancellationRequested();
            _time.Pass(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }

    /// <summary>A store that speaks, fails and hangs when it is told to.</summary>
    private sealed class ScriptedStore : ICertificateIdentityStore, IDisposable
    {
        private readonly InMemoryIdentityStore _inner = new();
        private readonly SemaphoreSlim _spoken = new(0);
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _polled;

        public bool Fails { get; set; }

        public bool Hangs { get; set; }

        public bool FailsToListen { get; set; }

        public int Read { get; private set; }

        public int Polled => Volatile.Read(ref _polled);

        public Task Asked => _asked.Task;

        public void Add(string name) => _inner.Add(new CertificateIdentity { Name = name });

        public void Speak() => _spoken.Release();

        public void Dispose() => _spoken.Dispose();

        public async ValueTask<long> ReadEpochAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _polled);
            _asked.TrySetResult();
            if (Hangs)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            return Fails ? throw new TimeoutException("The store is gone.") : await _inner.ReadEpochAsync(cancellationToken);
        }

        public ValueTask<StoredIdentities> ReadAsync(CancellationToken cancellationToken)
        {
            Read++;
            return Fails ? throw new TimeoutException("The store is gone.") : _inner.ReadAsync(cancellationToken);
        }

        public Task WaitForChangeAsync(CancellationToken cancellationToken) =>
            FailsToListen ? Task.FromException(new TimeoutException("No notifications.")) : _spoken.WaitAsync(cancellationToken);
    }
}
