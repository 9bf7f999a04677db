using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OrdersApi.App.Data;
using OrdersApi.App.Tokens;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.EntityFrameworkCore.Identities;
using Sallyport.AspNetCore.Identity;
using Sallyport.Certificates;

namespace OrdersApi.App.Guarded;

/// <summary>The accounts as the guard knows them: by the URI that their CA writes into their certificates, so that a renewed one needs no entry, with the role that they have now.</summary>
internal sealed class GuardedAccounts(IReadOnlyCollection<OrdersIdentity> everyone, Database data)
{
    private const string By = "orders";

    // The guard hears of a change within a second, or lets nobody in.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private ICertificateIdentityStore? _store;
    private IAuditTrail? _audit;
    private IIdentityDirectory? _directory;
    private TaskCompletionSource _heard = NewSignal();

    /// <summary>Takes what the built application has made.</summary>
    public void Take(ICertificateIdentityStore store, IAuditTrail audit, IIdentityDirectory directory)
    {
        (_store, _audit, _directory) = (store, audit, directory);
        directory.Subscribe(_ => Hear());
    }

    /// <summary>Enters whom the store does not know yet; who is there keeps the role that was given last.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        foreach (var one in everyone)
        {
            var identity = new CertificateIdentity
            {
                Name = one.Name,
                Matches = [new CertificateMatch.AlternativeName(new GeneralName.Uri(OrdersPki.AccountUri(one.Name)))],
                Roles = [one.Role],
                Scopes = [.. TokenMint.Scopes.Split(' ')],
            };
            switch (_store)
            {
                case SallyportIdentityStore kept:
                    await kept.AddAsync(identity, By, cancellationToken);
                    break;
                case InMemoryIdentityStore passing:
                    passing.Add(identity);
                    break;
                default:
                    throw new InvalidOperationException("The API is not built yet.");
            }
        }

        foreach (var identity in await ReadAsync(cancellationToken))
        {
            data.Write($"UPDATE accounts SET role = {(identity.Roles is [var role, ..] ? role : "")} WHERE name = {identity.Name}");
        }
    }

    /// <summary>Gives an account another role; what was begun with the old one ends. Kept, recorded, and known to the guard here when it returns.</summary>
    public async Task ChangeRoleAsync(string name, string role)
    {
        if (_store is SallyportIdentityStore kept)
        {
            await kept.ChangeAsync(name, null, there => there with { Roles = [role] }, By, CancellationToken.None);
        }
        else if (_store is InMemoryIdentityStore passing)
        {
            foreach (var identity in await ReadAsync(CancellationToken.None))
            {
                if (identity.Name == name)
                {
                    passing.Replace(identity with { Roles = [role] });
                }
            }
        }

        if (_audit is not null)
        {
            await _audit.RecordAsync(new AuditEvent { Kind = AuditKind.Changed, Reason = "identity.role", Identity = name, Detail = role }, CancellationToken.None);
        }

        await CountsAsync(name);
    }

    /// <summary>Waits until the guard of this host counts with the account as it is stored.</summary>
    private async Task CountsAsync(string name)
    {
        if (_directory is not { } directory || (await ReadAsync(CancellationToken.None)).FirstOrDefault(one => one.Name == name) is not { } stored)
        {
            return;
        }

        using var limit = new CancellationTokenSource(_patience);
        try
        {
            while (true)
            {
                var next = Next();
                if (directory.FindByName(name) is IdentityAnswer.Known { Identity.Version: var version } && version >= stored.Version)
                {
                    return;
                }

                await next.WaitAsync(limit.Token);
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            // What it knows is too old by now, and it lets nobody in until it knows better.
        }
    }

    private Task Next()
    {
        lock (_gate)
        {
            return _heard.Task;
        }
    }

    private void Hear()
    {
        lock (_gate)
        {
            _heard.SetResult();
            _heard = NewSignal();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task<ImmutableArray<CertificateIdentity>> ReadAsync(CancellationToken cancellationToken) =>
        _store is null ? [] : (await _store.ReadAsync(cancellationToken)).Identities;
}
