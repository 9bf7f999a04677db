using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Identity;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.EntityFrameworkCore.Identities;

/// <summary>Identities in SQLite or PostgreSQL. Safe to use from several threads, and from several nodes on one database.</summary>
/// <remarks>
/// Every change, by these methods or by hand in SQL, gets the next epoch from a trigger in the change's own transaction; the epoch is
/// also the new version of the identity concerned, so no version ever comes back. What is committed survives the end of the process.
/// </remarks>
public sealed class SallyportIdentityStore : ICertificateIdentityStore, IAsyncDisposable
{
    private const string Revoke = "revoke";

    private readonly IdentityDatabase _database;
    private readonly TimeProvider _time;
    private readonly IAuditTrail? _audit;
    private readonly bool _mayCreate;
    private readonly SemaphoreSlim _preparing = new(1);
    private bool _isReady;

    /// <summary>Makes a store; nothing is opened before it is first used.</summary>
    /// <param name="options">Where the identities are.</param>
    /// <param name="time">The clock of change records.</param>
    /// <param name="audit">Where every change made through this store is recorded too; null for the store's own change records only.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">The options name no usable database; the message holds no part of a connection string.</exception>
    public SallyportIdentityStore(IdentityStoreOptions options, TimeProvider time, IAuditTrail? audit = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        if (options.WhatIsWrong() is { } wrong)
        {
            throw new ArgumentException(wrong, nameof(options));
        }

        _time = time;
        _audit = audit;
        _mayCreate = options.CreateSchema;
        _database = options.PostgresConnection is { } connection
            ? new PostgresIdentities(connection)
            // Not null: the validator has asked that one of the two is set, and the other is not.
            : new SqliteIdentities(options.SqlitePath!, _mayCreate);
        SqlitePath = options.SqlitePath;
    }

    private string? SqlitePath { get; }

    /// <summary>Makes the tables and triggers where they are missing; several nodes may ask at once. Every other method asks by itself.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InvalidOperationException">The schema is of a newer program, or missing and <see cref="IdentityStoreOptions.CreateSchema"/> is off.</exception>
    public async Task EnsureSchemaAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _isReady))
        {
            return;
        }

        await _preparing.WaitAsync(cancellationToken);
        try
        {
            if (SqlitePath is not null && _mayCreate)
            {
                SqliteIdentities.MakePrivate(SqlitePath);
            }

            await _database.EnsureSchemaAsync(_mayCreate, cancellationToken);
            Volatile.Write(ref _isReady, true);
        }
        finally
        {
            _preparing.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<long> ReadEpochAsync(CancellationToken cancellationToken)
    {
        await EnsureSchemaAsync(cancellationToken);
        await using IdentityContext context = _database.NewContext();
        return await EpochAsync(context, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<StoredIdentities> ReadAsync(CancellationToken cancellationToken)
    {
        await EnsureSchemaAsync(cancellationToken);
        await using IdentityContext context = _database.NewContext();
        await using IDbContextTransaction transaction = await _database.BeginReadAsync(context, cancellationToken);
        long epoch = await EpochAsync(context, cancellationToken);
        List<IdentityRow> rows = await context.Identities.AsNoTracking().OrderBy(row => row.Name).ToListAsync(cancellationToken);
        ILookup<long, MatchRow> matches = (await context.Matches.AsNoTracking().OrderBy(match => match.Id).ToListAsync(cancellationToken))
            .ToLookup(match => match.IdentityId);
        List<string> revoked = await context.Revoked.AsNoTracking().Select(row => row.Sha256).ToListAsync(cancellationToken);
        return new StoredIdentities(epoch, [.. rows.Select(row => IdentityRows.Read(row, matches[row.Id]))]) { Revoked = [.. revoked.Select(Thumbprint)] };
    }

    /// <inheritdoc/>
    public async Task WaitForChangeAsync(CancellationToken cancellationToken)
    {
        await EnsureSchemaAsync(cancellationToken);
        await _database.WaitForChangeAsync(cancellationToken);
    }

    /// <summary>Adds an identity; its version is given by the store.</summary>
    /// <param name="identity">The identity.</param>
    /// <param name="by">Who adds it, for the change record.</param>
    /// <param name="cancellationToken">Ends the wait; nothing is changed then.</param>
    /// <exception cref="ArgumentException">The identity has no name, or <paramref name="by"/> is empty.</exception>
    public Task<IdentityWrite> AddAsync(CertificateIdentity identity, string by, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(identity);
        ArgumentException.ThrowIfNullOrWhiteSpace(identity.Name, nameof(identity));
        return WriteAsync(by, "add", identity.Name, Work, cancellationToken);

        async Task<Step> Work(IdentityContext context, CancellationToken cancel)
        {
            if (await context.Identities.AnyAsync(row => row.Name == identity.Name, cancel))
            {
                return new IdentityWrite.NameTaken();
            }

            IdentityRow added = IdentityRows.Write(identity);
            context.Identities.Add(added);
            await context.SaveChangesAsync(cancel);
            return await WriteMatchesAsync(context, added, identity, cancel);
        }
    }

    /// <summary>Changes an identity as one step: it is read, changed and written while no other node can write.</summary>
    /// <param name="name">Its name; stays as it is.</param>
    /// <param name="expectedVersion">The version that the change is made for; null for whichever is there.</param>
    /// <param name="change">Gets the identity as it is and returns it as it shall be.</param>
    /// <param name="by">Who changes it, for the change record.</param>
    /// <param name="cancellationToken">Ends the wait; nothing is changed then.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> or <paramref name="by"/> is empty.</exception>
    public Task<IdentityWrite> ChangeAsync(
        string name, long? expectedVersion, Func<CertificateIdentity, CertificateIdentity> change, string by, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(change);
        return WriteAsync(by, "change", name, Work, cancellationToken);

        async Task<Step> Work(IdentityContext context, CancellationToken cancel)
        {
            if (await context.Identities.SingleOrDefaultAsync(row => row.Name == name, cancel) is not { } row)
            {
                return new IdentityWrite.NotFound();
            }

            if (expectedVersion is { } expected && expected != row.Version)
            {
                return new IdentityWrite.VersionMoved(row.Version);
            }

            List<MatchRow> matches = await context.Matches.AsNoTracking().Where(match => match.IdentityId == row.Id).ToListAsync(cancel);
            CertificateIdentity changed = change(IdentityRows.Read(row, matches)) with { Name = name };
            IdentityRows.Write(changed, row);
            await context.SaveChangesAsync(cancel);
            return await WriteMatchesAsync(context, row, changed, cancel);
        }
    }

    /// <summary>Removes an identity with all its matches.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="by">Who removes it, for the change record.</param>
    /// <param name="cancellationToken">Ends the wait; nothing is changed then.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> or <paramref name="by"/> is empty.</exception>
    public Task<IdentityWrite> RemoveAsync(string name, string by, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return WriteAsync(
            by,
            "remove",
            name,
            async (context, cancel) => await context.Identities.Where(row => row.Name == name).ExecuteDeleteAsync(cancel) == 0
                ? new IdentityWrite.NotFound()
                : "",
            cancellationToken);
    }

    /// <summary>Makes a certificate nobody's, for good, whichever identity it fits. Asking twice is no mistake.</summary>
    /// <param name="certificate">The SHA-256 of the certificate.</param>
    /// <param name="reason">Why, for the change record; may be empty.</param>
    /// <param name="by">Who revokes it, for the change record.</param>
    /// <param name="cancellationToken">Ends the wait; nothing is changed then.</param>
    /// <exception cref="ArgumentException"><paramref name="by"/> is empty.</exception>
    public Task<IdentityWrite> RevokeAsync(CertificateThumbprint certificate, string reason, string by, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reason);
        string sha256 = certificate.ToHex();
        return WriteAsync(by, Revoke, sha256, Work, cancellationToken);

        async Task<Step> Work(IdentityContext context, CancellationToken cancel)
        {
            await context.Matches.Where(match => match.Kind == MatchText.Sha256 && match.Value == sha256).ExecuteDeleteAsync(cancel);
            if (!await context.Revoked.AnyAsync(row => row.Sha256 == sha256, cancel))
            {
                context.Revoked.Add(new RevokedRow { Sha256 = sha256, At = _time.GetUtcNow().ToUnixTimeMilliseconds(), Reason = reason });
                await context.SaveChangesAsync(cancel);
            }

            return reason;
        }
    }

    /// <summary>Reads the latest change records, newest first.</summary>
    /// <param name="count">How many at most; 1 to 10,000.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is outside of 1 to 10,000.</exception>
    public async Task<ImmutableArray<IdentityChangeRecord>> ReadChangesAsync(int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 10_000);
        await EnsureSchemaAsync(cancellationToken);
        await using IdentityContext context = _database.NewContext();
        List<ChangeRow> rows = await context.Changes.AsNoTracking().OrderByDescending(row => row.Id).Take(count).ToListAsync(cancellationToken);
        return [.. rows.Select(row => new IdentityChangeRecord(
            row.Epoch, DateTimeOffset.FromUnixTimeMilliseconds(row.At), row.By, row.Action, row.Name, row.Detail))];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _preparing.Dispose();
    }

    private async Task<IdentityWrite> WriteAsync(
        string by, string action, string name, Func<IdentityContext, CancellationToken, Task<Step>> work, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(by);
        await EnsureSchemaAsync(cancellationToken);
        await using IdentityContext context = _database.NewContext();
        await using IDbContextTransaction transaction = await _database.BeginWriteAsync(context, cancellationToken);
        Step step = await work(context, cancellationToken);
        if (step.Refused is { } refused)
        {
            return refused;
        }

        long epoch = await EpochAsync(context, cancellationToken);
        context.Changes.Add(new ChangeRow
        {
            Epoch = epoch,
            At = _time.GetUtcNow().ToUnixTimeMilliseconds(),
            By = by,
            Action = action,
            Name = name,
            Detail = step.Detail,
        });
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        _database.Changed();
        await RecordAsync(by, action, name, epoch, step.Detail);
        return new IdentityWrite.Done(epoch);
    }

    /// <summary>After the commit, and whether or not anybody still waits: what is done is done, and is recorded.</summary>
    private async ValueTask RecordAsync(string by, string action, string name, long epoch, string detail)
    {
        if (_audit is not null)
        {
            bool isCertificate = CertificateThumbprint.TryParseHex(name, out CertificateThumbprint certificate) && action == Revoke;
            await _audit.RecordAsync(
                new AuditEvent
                {
                    Kind = AuditKind.Changed,
                    Reason = $"{AuditReasons.IdentityChanged}:{action}",
                    Certificate = isCertificate ? certificate : null,
                    Identity = isCertificate ? null : name,
                    Detail = $"by {by}, epoch {epoch}: {detail}",
                },
                CancellationToken.None);
        }
    }

    /// <summary>Makes the rows of an identity's matches what they shall be; only what differs is written.</summary>
    private static async Task<Step> WriteMatchesAsync(IdentityContext context, IdentityRow row, CertificateIdentity identity, CancellationToken cancellationToken)
    {
        var wanted = new HashSet<(string Kind, string Value)>();
        foreach (CertificateMatch match in identity.Matches.IsDefault ? [] : identity.Matches)
        {
            if (MatchText.Write(match) is not { } text)
            {
                return new IdentityWrite.Unusable(match);
            }

            MatchRow? taken = await context.Matches.AsNoTracking()
                .SingleOrDefaultAsync(other => other.Kind == text.Kind && other.Value == text.Value && other.IdentityId != row.Id, cancellationToken);
            if (taken is not null)
            {
                string? owner = await context.Identities.Where(other => other.Id == taken.IdentityId).Select(other => other.Name).SingleOrDefaultAsync(cancellationToken);
                return new IdentityWrite.MatchTaken(match, owner ?? "");
            }

            wanted.Add(text);
        }

        List<MatchRow> there = await context.Matches.Where(match => match.IdentityId == row.Id).ToListAsync(cancellationToken);
        context.Matches.RemoveRange(there.Where(match => !wanted.Contains((match.Kind, match.Value))));
        context.Matches.AddRange(wanted.Except(there.Select(match => (match.Kind, match.Value)))
            .Select(text => new MatchRow { IdentityId = row.Id, Kind = text.Kind, Value = text.Value }));
        await context.SaveChangesAsync(cancellationToken);
        return IdentityRows.Tell(identity, wanted.Order());
    }

    private static Task<long> EpochAsync(IdentityContext context, CancellationToken cancellationToken) =>
        context.Epochs.AsNoTracking().Select(row => row.Epoch).SingleAsync(cancellationToken);

    /// <summary>A line that cannot be read is a revocation that cannot be honoured: better no store than one that forgets it.</summary>
    private static CertificateThumbprint Thumbprint(string text) =>
        CertificateThumbprint.TryParseHex(text, out CertificateThumbprint thumbprint)
            ? thumbprint
            : throw new InvalidOperationException($"A row of {IdentityTables.Revoked} is no SHA-256: 64 hexadecimal digits are needed.");

    /// <summary>What a piece of work has come to: a refusal, or what the change record says.</summary>
    private readonly record struct Step(IdentityWrite? Refused, string Detail)
    {
        public static implicit operator Step(IdentityWrite refused) => new(refused, "");

        public static implicit operator Step(string detail) => new(null, detail);
    }
}
