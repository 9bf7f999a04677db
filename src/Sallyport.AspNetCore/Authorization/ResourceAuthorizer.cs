using System;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.AspNetCore.Identity;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>The synchronous use gate: standing and policy, from memory.</summary>
internal sealed class ResourceAuthorizer(IServiceProvider services, CallerStanding callers, CurrentRequest current, RefusalRecorder recorder)
    : IResourceAuthorizer
{
    public Grant<TResource> Authorize<TResource>(ICallerFeature? caller, TResource resource, string operation)
        where TResource : class =>
        Decide(caller, resource, operation, out var detail, out var refusal) is { } identity
            ? new Grant<TResource>(resource, identity, operation)
            : throw recorder.Refuse(caller, refusal, detail);

    public bool TryAuthorize<TResource>(ICallerFeature? caller, TResource resource, string operation, out Grant<TResource> grant, out UseRefusal? refusal)
        where TResource : class
    {
        if (Decide(caller, resource, operation, out var detail, out var why) is { } identity)
        {
            grant = new Grant<TResource>(resource, identity, operation);
            refusal = null;
            return true;
        }

        recorder.Note(caller, why, detail);
        grant = default;
        refusal = why;
        return false;
    }

    private CertificateIdentity? Decide<TResource>(ICallerFeature? caller, TResource resource, string operation, out string detail, out UseRefusal refusal)
        where TResource : class
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentException.ThrowIfNullOrEmpty(operation);
        var standing = callers.Of(new Bearer(caller, Bearer.ConnectionOf(current.Context)));
        detail = standing.Detail ?? "";
        refusal = standing.Refusal;
        if (!standing.Holds || services.GetRequiredService<IResourcePolicy<TResource>>().Allows(standing.Identity, resource, operation))
        {
            return standing.Identity;
        }

        detail = $"{operation} of {typeof(TResource).Name}";
        refusal = UseRefusal.NotAllowed;
        return null;
    }
}
