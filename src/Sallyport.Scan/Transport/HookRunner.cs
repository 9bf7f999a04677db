using System;
using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Transport;

/// <summary>Runs the user's hooks as programs with argument lists: no shell, a time-out, and their output thrown away unread by anyone.</summary>
internal sealed class HookRunner : IHookRunner, IAsyncDisposable
{
    private readonly Hooks _hooks;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private int _revoked;

    /// <summary>A runner; make one only when the user allowed hooks.</summary>
    /// <param name="hooks">The programs.</param>
    /// <param name="timeout">How long one may run.</param>
    /// <param name="time">The clock.</param>
    public HookRunner(Hooks hooks, TimeSpan timeout, TimeProvider time) => (_hooks, _timeout, _time) = (hooks, timeout, time);

    /// <inheritdoc/>
    public bool CanRevoke => !_hooks.Revoke.IsEmpty;

    /// <inheritdoc/>
    public Task<HookResult> RevokeAsync(CancellationToken cancellationToken)
    {
        // Noted before it runs: a revoke that fails half-way must be restored as well.
        Interlocked.Exchange(ref _revoked, 1);
        return RunAsync("revoke", _hooks.Revoke, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<HookResult> RestoreAsync(CancellationToken cancellationToken)
    {
        HookResult result = await RunAsync("restore", _hooks.Restore, cancellationToken).ConfigureAwait(false);
        if (result is HookResult.Succeeded)
        {
            Interlocked.Exchange(ref _revoked, 0);
        }

        return result;
    }

    /// <summary>Restores what is still revoked.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Volatile.Read(ref _revoked) == 1 && !_hooks.Restore.IsEmpty)
        {
            await RestoreAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static async Task DrainAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        char[] buffer = new char[4096];
        while (await reader.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) > 0)
        {
            // Thrown away: it may hold secrets, and a full pipe would block the program.
        }
    }

    private async Task<HookResult> RunAsync(string name, ImmutableArray<string> command, CancellationToken cancellationToken)
    {
        if (command.IsEmpty)
        {
            return new HookResult.Failed($"no {name} hook was given");
        }

        ProcessStartInfo start = new(command[0]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (string argument in command.AsSpan()[1..])
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = new() { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or IOException)
        {
            return new HookResult.Failed($"the {name} hook could not be started");
        }

        using CancellationTokenSource own = new(_timeout, _time);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, own.Token);
        try
        {
            process.StandardInput.Close();
            await Task.WhenAll(
                DrainAsync(process.StandardOutput, limit.Token),
                DrainAsync(process.StandardError, limit.Token),
                process.WaitForExitAsync(limit.Token)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Kill(process);
            cancellationToken.ThrowIfCancellationRequested();
            return new HookResult.Failed($"the {name} hook did not end in time");
        }

        return process.ExitCode == 0 ? new HookResult.Succeeded() : new HookResult.Failed($"the {name} hook ended with exit code {process.ExitCode}");
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It ended by itself in the meantime.
        }
    }
}
