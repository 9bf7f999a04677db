using System;
using System.Data.Common;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Sallyport.AspNetCore.Authorization;

namespace Sallyport.AspNetCore.EntityFrameworkCore.UseGate;

/// <summary>Before a transaction commits, and whatever else happens to it.</summary>
internal sealed class TransactionInterceptor(UseGate gate, RefusalRecorder recorder, UseConflicts conflicts) : DbTransactionInterceptor
{
    private readonly CommitCheck _check = new(gate);

    public override DbTransaction TransactionStarted(DbConnection connection, TransactionEndEventData eventData, DbTransaction result)
    {
        With(eventData, ledger => ledger.Started(eventData.TransactionId));
        return result;
    }

    public override ValueTask<DbTransaction> TransactionStartedAsync(
        DbConnection connection, TransactionEndEventData eventData, DbTransaction result, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(TransactionStarted(connection, eventData, result));

    public override DbTransaction TransactionUsed(DbConnection connection, TransactionEventData eventData, DbTransaction result)
    {
        With(eventData, ledger => ledger.Foreign = eventData.TransactionId);
        return result;
    }

    public override ValueTask<DbTransaction> TransactionUsedAsync(
        DbConnection connection, TransactionEventData eventData, DbTransaction result, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(TransactionUsed(connection, eventData, result));

    public override InterceptionResult TransactionCommitting(DbTransaction transaction, TransactionEventData eventData, InterceptionResult result)
    {
        try
        {
            return eventData.Context is { } context && _check.Committing(context, transaction, eventData.TransactionId) is { } refused
                ? throw recorder.Refuse(refused.Caller, refused.Refusal, refused.Detail)
                : result;
        }
        catch (DbException e) when (Mark(e))
        {
            throw;
        }
    }

    public override async ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        try
        {
            return eventData.Context is { } context
                && await _check.CommittingAsync(context, transaction, eventData.TransactionId, cancellationToken) is { } refused
                    ? throw await recorder.RefuseAsync(refused.Caller, refused.Refusal, refused.Detail, cancellationToken)
                    : result;
        }
        catch (DbException e) when (Mark(e))
        {
            throw;
        }
    }

    public override void TransactionFailed(DbTransaction transaction, TransactionErrorEventData eventData) => Mark(eventData.Exception);

    public override Task TransactionFailedAsync(DbTransaction transaction, TransactionErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        Mark(eventData.Exception);
        return Task.CompletedTask;
    }

    public override void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) =>
        With(eventData, ledger => ledger.Committed(eventData.TransactionId));

    public override Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default) =>
        DoneWith(eventData, ledger => ledger.Committed(eventData.TransactionId));

    public override void TransactionRolledBack(DbTransaction transaction, TransactionEndEventData eventData) =>
        With(eventData, ledger => ledger.RolledBack(eventData.TransactionId));

    public override Task TransactionRolledBackAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default) =>
        DoneWith(eventData, ledger => ledger.RolledBack(eventData.TransactionId));

    public override void CreatedSavepoint(DbTransaction transaction, TransactionEventData eventData) => With(eventData, ledger => ledger.SavepointMade());

    public override Task CreatedSavepointAsync(DbTransaction transaction, TransactionEventData eventData, CancellationToken cancellationToken = default) =>
        DoneWith(eventData, ledger => ledger.SavepointMade());

    public override void ReleasedSavepoint(DbTransaction transaction, TransactionEventData eventData) => With(eventData, ledger => ledger.SavepointReleased());

    public override Task ReleasedSavepointAsync(DbTransaction transaction, TransactionEventData eventData, CancellationToken cancellationToken = default) =>
        DoneWith(eventData, ledger => ledger.SavepointReleased());

    public override void RolledBackToSavepoint(DbTransaction transaction, TransactionEventData eventData) =>
        With(eventData, ledger => ledger.RolledBackToSavepoint());

    public override Task RolledBackToSavepointAsync(DbTransaction transaction, TransactionEventData eventData, CancellationToken cancellationToken = default) =>
        DoneWith(eventData, ledger => ledger.RolledBackToSavepoint());

    /// <summary>Never handles it: the one who does is further out.</summary>
    private bool Mark(Exception exception)
    {
        if (Conflict.Is(exception))
        {
            conflicts.Mark(exception);
        }

        return false;
    }

    private void With(TransactionEventData eventData, Action<UseLedger> act)
    {
        if (eventData.Context is { } context)
        {
            act(gate.Ledger(context));
        }
    }

    private Task DoneWith(TransactionEventData eventData, Action<UseLedger> act)
    {
        With(eventData, act);
        return Task.CompletedTask;
    }
}
