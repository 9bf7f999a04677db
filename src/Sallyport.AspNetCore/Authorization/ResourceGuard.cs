using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>The asynchronous use gate: the check is made inside the unit that the work is done in.</summary>
internal sealed class ResourceGuard(IServiceProvider services, CallerStanding callers, CurrentRequest current, RefusalRecorder recorder) : IResourceGuard
{
    public Task<TResult> ExecuteAsync<TResource, TResult>(
        string key, string operation, Func<GuardedUse<TResource>, CancellationToken, Task<TResult>> work, CancellationToken cancellationToken)
        where TResource : class
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentException.ThrowIfNullOrEmpty(operation);
        ArgumentNullException.ThrowIfNull(work);
        var unit = services.GetRequiredService<IGuardedUnit<TResource>>();
        return unit.RunAsync(operation, Attempt, cancellationToken);

        async Task<TResult> Attempt(CancellationToken cancelled)
        {
            var use = await AuthorizeAsync(unit, key, operation, cancelled);
            return await work(use, cancelled);
        }
    }

    /// <summary>Reads and decides without doing anything: what a route's requirement asks before the endpoint runs.</summary>
    /// <returns>Null when it is allowed.</returns>
    public static async ValueTask<(UseRefusal Refusal, string Detail)?> AskAsync<TResource>(
        IServiceProvider services, Bearer bearer, string key, string operation, CancellationToken cancellationToken)
        where TResource : class
    {
        var callers = services.GetRequiredService<CallerStanding>();
        if (callers.Of(bearer) is { Holds: false } lost)
        {
            return (lost.Refusal, lost.Detail);
        }

        var found = await services.GetRequiredService<IResourceSource<TResource>>().FindAsync(key, cancellationToken);
        return found is null
            ? (UseRefusal.NotFound, Named<TResource>(operation))
            : Decide(services, callers, bearer, found, operation, out _);
    }

    private async ValueTask<GuardedUse<TResource>> AuthorizeAsync<TResource>(
        IGuardedUnit<TResource> unit, string key, string operation, CancellationToken cancellationToken)
        where TResource : class
    {
        var bearer = Bearer.Of(current.Context);

        // Before the read, so that who has no standing costs the store nothing.
        if (callers.Of(bearer) is { Holds: false } lost)
        {
            throw await recorder.RefuseAsync(bearer.Caller, lost.Refusal, lost.Detail, cancellationToken);
        }

        var found = await services.GetRequiredService<IResourceSource<TResource>>().FindAsync(key, cancellationToken)
            ?? throw await recorder.RefuseAsync(bearer.Caller, UseRefusal.NotFound, Named<TResource>(operation), cancellationToken);

        // And after it: the wait was long enough to lose it.
        if (Decide(services, callers, bearer, found, operation, out var standing) is { } refused)
        {
            throw await recorder.RefuseAsync(bearer.Caller, refused.Refusal, refused.Detail, cancellationToken);
        }

        // Decide has just said that it holds.
        var identity = standing.Identity!;
        var stamp = new UseStamp
        {
            ResourceType = typeof(TResource),
            Key = key,
            Operation = operation,
            ResourceVersion = found.Version,
            Identity = identity.Name,
            IdentityVersion = identity.Version,
            TrustEpoch = standing.TrustEpoch,
        };
        unit.Enter(new Authorized<TResource>(found.Resource, stamp, bearer));
        return new GuardedUse<TResource>(found.Resource, identity, stamp);
    }

    private static (UseRefusal Refusal, string Detail)? Decide<TResource>(
        IServiceProvider services, CallerStanding callers, Bearer bearer, StoredResource<TResource> found, string operation, out Standing standing)
        where TResource : class
    {
        standing = callers.Of(bearer);
        if (!standing.Holds)
        {
            return (standing.Refusal, standing.Detail);
        }

        return services.GetRequiredService<IResourcePolicy<TResource>>().Allows(standing.Identity, found.Resource, operation)
            ? null
            : (UseRefusal.NotAllowed, Named<TResource>(operation));
    }

    private static string Named<TResource>(string operation) => $"{operation} of {typeof(TResource).Name}";
}
