using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Sallyport.AspNetCore.Authorization;

namespace Sallyport.AspNetCore.EntityFrameworkCore.UseGate;

/// <summary>Before and after SaveChanges.</summary>
internal sealed class SavingInterceptor(UseGate gate, RefusalRecorder recorder, UseConflicts conflicts) : SaveChangesInterceptor
{
    private readonly SaveCheck _check = new(gate);

    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result) =>
        eventData.Context is { } context && _check.Saving(context) is { } refused
            ? throw recorder.Refuse(refused.Caller, refused.Refusal, refused.Detail)
            : result;

    public override async ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) =>
        eventData.Context is { } context && _check.Saving(context) is { } refused
            ? throw await recorder.RefuseAsync(refused.Caller, refused.Refusal, refused.Detail, cancellationToken)
            : result;

    public override int SavedChanges(SaveChangesCompletedEventData eventData, int result)
    {
        Saved(eventData.Context);
        return result;
    }

    public override ValueTask<int> SavedChangesAsync(SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        Saved(eventData.Context);
        return ValueTask.FromResult(result);
    }

    public override void SaveChangesFailed(DbContextErrorEventData eventData)
    {
        Failed(eventData.Context);
        Mark(eventData.Exception);
    }

    public override Task SaveChangesFailedAsync(DbContextErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        SaveChangesFailed(eventData);
        return Task.CompletedTask;
    }

    public override void SaveChangesCanceled(DbContextEventData eventData) => Failed(eventData.Context);

    public override Task SaveChangesCanceledAsync(DbContextEventData eventData, CancellationToken cancellationToken = default)
    {
        Failed(eventData.Context);
        return Task.CompletedTask;
    }

    public override InterceptionResult ThrowingConcurrencyException(ConcurrencyExceptionEventData eventData, InterceptionResult result) =>
        Stale(eventData) is { } refused ? throw recorder.Refuse(refused.Caller, refused.Refusal, refused.Detail, eventData.Exception) : result;

    public override async ValueTask<InterceptionResult> ThrowingConcurrencyExceptionAsync(
        ConcurrencyExceptionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default) =>
        Stale(eventData) is { } refused
            ? throw await recorder.RefuseAsync(refused.Caller, refused.Refusal, refused.Detail, cancellationToken, eventData.Exception)
            : result;

    /// <summary>The store has another version than the one that was authorized.</summary>
    private Refused? Stale(ConcurrencyExceptionEventData eventData)
    {
        if (eventData.Context is not { } context || eventData.Entries.FirstOrDefault(entry => gate.Model(context).Find(entry) is not null) is not { } stale
            || gate.Model(context).Find(stale) is not { } kind)
        {
            return null;
        }

        return new Refused(gate.Ledger(context).Of(kind, stale).FirstOrDefault()?.Bearer.Caller, UseRefusal.Changed, $"{stale.Metadata.ClrType.Name} changed after it was authorized");
    }

    private void Saved(DbContext? context)
    {
        if (context is not null)
        {
            gate.Ledger(context).Saved();
        }
    }

    private void Mark(Exception exception)
    {
        if (Conflict.Is(exception))
        {
            conflicts.Mark(exception);
        }
    }

    private void Failed(DbContext? context)
    {
        if (context is not null)
        {
            gate.Ledger(context).Failed();
        }
    }
}
