using System;
using System.Collections.Generic;
using System.Data.Common;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.EntityFrameworkCore;
using Sallyport.AspNetCore.Authorization;

namespace Sallyport.AspNetCore.EntityFrameworkCore.UseGate;

/// <summary>The last look, inside the transaction that is about to commit: accounts are locked, versions compared, standings looked at again.</summary>
internal sealed class CommitCheck(UseGate gate)
{
    public Refused? Committing(DbContext context, DbTransaction transaction, Guid id)
    {
        var lines = gate.Ledger(context).Of(id);
        var connection = ConnectionOf(transaction, lines);
        foreach (var line in Accounts(lines))
        {
            if (Compare(line, gate.Options.IdentityLock?.Lock(connection, transaction, line.Stamp.Identity)) is { } refused)
            {
                return refused;
            }
        }

        foreach (var (line, key) in Unwritten(lines))
        {
            using var command = line.Kind.Confirm(context, connection, transaction, key, line.Version);
            if (command.ExecuteScalar() is null)
            {
                return Moved(line);
            }
        }

        return Standing(lines);
    }

    public async Task<Refused?> CommittingAsync(DbContext context, DbTransaction transaction, Guid id, CancellationToken cancellationToken)
    {
        var lines = gate.Ledger(context).Of(id);
        var connection = ConnectionOf(transaction, lines);
        foreach (var line in Accounts(lines))
        {
            var version = gate.Options.IdentityLock is { } rows ? await rows.LockAsync(connection, transaction, line.Stamp.Identity, cancellationToken) : null;
            if (Compare(line, version) is { } refused)
            {
                return refused;
            }
        }

        foreach (var (line, key) in Unwritten(lines))
        {
            await using var command = line.Kind.Confirm(context, connection, transaction, key, line.Version);
            if (await command.ExecuteScalarAsync(cancellationToken) is null)
            {
                return Moved(line);
            }
        }

        // Last, as it may have changed during the waits.
        return Standing(lines);
    }

    private static DbConnection ConnectionOf(DbTransaction transaction, IReadOnlyList<LedgerLine> lines) =>
        transaction.Connection ?? throw new InvalidOperationException($"The transaction of {lines.Count} authorizations has no connection any more.");

    /// <summary>One line for each account, sorted: transactions that lock several lock them in the same order.</summary>
    private static IEnumerable<LedgerLine> Accounts(IReadOnlyList<LedgerLine> lines) =>
        lines.DistinctBy(line => (line.Stamp.Identity, line.Stamp.IdentityVersion)).OrderBy(line => line.Stamp.Identity, StringComparer.Ordinal);

    /// <summary>What was authorized but is not written: its row is not locked by a write, so it is asked for.</summary>
    private static IEnumerable<(LedgerLine Line, object?[] Key)> Unwritten(IReadOnlyList<LedgerLine> lines) => lines
        .Where(line => line is { Pending: null, SavedAt: null, Key: not null })
        .Where(line => !lines.Any(other => other is { Key: { } key } && other.Kind == line.Kind && (other.Pending is not null || other.SavedAt is not null) && GuardedEntity.SameKey(key, line.Key ?? [])))
        .Select(line => (line, line.Key ?? []));

    private static Refused Moved(LedgerLine line) =>
        new(line.Bearer.Caller, UseRefusal.Changed, $"{line.Kind.Type.ClrType.Name} changed after it was authorized");

    private Refused? Compare(LedgerLine line, long? version) =>
        gate.Options.IdentityLock is null || version == line.Stamp.IdentityVersion
            ? null
            : version is null
                ? new Refused(line.Bearer.Caller, UseRefusal.IdentityLost, "the account is gone")
                : new Refused(line.Bearer.Caller, UseRefusal.Changed, "the account changed after it was authorized");

    private Refused? Standing(IReadOnlyList<LedgerLine> lines) => lines.Select(line => gate.Standing(line, out _)).FirstOrDefault(refused => refused is not null);
}
