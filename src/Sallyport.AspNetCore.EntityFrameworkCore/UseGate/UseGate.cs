using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.Identity;

namespace Sallyport.AspNetCore.EntityFrameworkCore.UseGate;

/// <summary>The use gate of one kind of DbContext: its guarded model, and the ledgers of its units of work.</summary>
internal abstract class UseGate(UseGateOptions options, CallerStanding callers)
{
    // Facts about a model or a unit of work, which go when that goes.
    private readonly ConditionalWeakTable<IModel, GuardedModel> _models = [];
    private readonly ConditionalWeakTable<DbContext, UseLedger> _ledgers = [];

    public UseGateOptions Options => options;

    public GuardedModel Model(DbContext context) => _models.GetValue(context.Model, model => new GuardedModel(model, options.Guarded.Keys));

    public UseLedger Ledger(DbContext context)
    {
        var lease = context.ContextId.Lease;
        if (!_ledgers.TryGetValue(context, out var ledger) || ledger.Lease != lease)
        {
            ledger = new UseLedger(lease);
            _ledgers.AddOrUpdate(context, ledger);
        }

        return ledger;
    }

    /// <summary>Looks again at whom an authorization was given to: it must be the same account in the same version, with a good certificate.</summary>
    /// <param name="line">The authorization.</param>
    /// <param name="identity">The account; null when refused.</param>
    public Refused? Standing(LedgerLine line, out CertificateIdentity? identity)
    {
        var standing = callers.Of(line.Bearer);
        identity = standing.Identity;
        if (standing.Holds && standing.Identity.Version == line.Stamp.IdentityVersion)
        {
            return null;
        }

        identity = null;
        return standing.Holds
            ? new Refused(line.Bearer.Caller, UseRefusal.Changed, "the account changed after it was authorized")
            : new Refused(line.Bearer.Caller, standing.Refusal, standing.Detail);
    }
}

/// <inheritdoc/>
internal sealed class UseGate<TContext>(UseGateOptions options, CallerStanding callers) : UseGate(options, callers)
    where TContext : DbContext;
