using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;

namespace Sallyport.AspNetCore.Tests.Revocation;

/// <summary>Keeps what was logged, and lets a test wait for it.</summary>
internal sealed class LogBook : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(int Id, LogLevel Level, string Text)> _lines = new();
    private readonly SemaphoreSlim _written = new(0);

    public IEnumerable<string> Of(int id) => _lines.Where(l => l.Id == id).Select(static l => l.Text);

    public LogLevel LevelOf(int id) => _lines.First(l => l.Id == id).Level;

    public async Task WaitForAsync(int id)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (!Of(id).Any())
        {
            await _written.WaitAsync(limit.Token);
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        _lines.Enqueue((eventId.Id, logLevel, formatter(state, exception)));
        _written.Release();
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Dispose()
    {
        // The book outlives the host, so that a test can read it afterwards.
    }
}
