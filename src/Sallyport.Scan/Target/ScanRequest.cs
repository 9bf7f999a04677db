using System;
using System.Collections.Immutable;
using System.Net;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Spec;

namespace Sallyport.Scan.Target;

/// <summary>All that a scan is asked to do. Immutable; disposing it disposes the private keys it holds.</summary>
public sealed record ScanRequest : IDisposable
{
    /// <summary>The API.</summary>
    public required TargetUrl Target { get; init; }

    /// <summary>The address to connect to instead of resolving the host; <c>null</c> to resolve.</summary>
    public IPEndPoint? ConnectTo { get; init; }

    /// <summary>The identities, in the order given. The first valid one with a certificate is "A".</summary>
    public ImmutableArray<Identity> Identities { get; init; } = [];

    /// <summary>Roots that the server's certificate must chain to, DER; empty: the system's.</summary>
    public ImmutableArray<ImmutableArray<byte>> ServerRoots { get; init; } = [];

    /// <summary>The CA of the client certificates; <c>null</c> when not given.</summary>
    public ClientAuthority? ClientAuthority { get; init; }

    /// <summary>The token issuer of a test environment; <c>null</c> when not given.</summary>
    public TokenIssuer? Issuer { get; init; }

    /// <summary>Other virtual hosts at the same address.</summary>
    public ImmutableArray<string> Names { get; init; } = [];

    /// <summary>Other places of the same API.</summary>
    public ImmutableArray<TargetUrl> Origins { get; init; } = [];

    /// <summary>What must not answer from here.</summary>
    public ImmutableArray<TargetUrl> Backends { get; init; } = [];

    /// <summary>Where the target can reach the scanner's listener; <c>null</c>: loopback targets have one by themselves.</summary>
    public TargetUrl? Callback { get; init; }

    /// <summary>A zone that the target's resolver asks this machine about; <c>null</c>: only addresses are injected, no names.</summary>
    public CallbackZone? CallbackZone { get; init; }

    /// <summary>The operations known before the survey: from the description and the command line. Excluded ones are not in it.</summary>
    public ImmutableArray<Operation> Operations { get; init; } = [];

    /// <summary>Whether a description (OpenAPI) was given or found.</summary>
    public bool HasDescription { get; init; }

    /// <summary>The description that was read; <c>null</c> when there is none (yet).</summary>
    internal ApiDescription? Description { get; init; }

    /// <summary>
    /// The request path of the API's description at the target itself, when it was named by URL; the survey fetches it there and
    /// merges it. <c>null</c>: given as a file, or not at all.
    /// </summary>
    public string? DescriptionPath { get; init; }

    /// <summary>Operations that the user declares protected, such as <c>GET /admin/**</c>; <c>**</c> and <c>*</c> match.</summary>
    public ImmutableArray<string> Protected { get; init; } = [];

    /// <summary>Operations that the user declares public, such as <c>GET /health</c>; <c>**</c> and <c>*</c> match.</summary>
    public ImmutableArray<string> Public { get; init; } = [];

    /// <summary>Operations never to call, such as <c>POST /logout</c>; <c>**</c> and <c>*</c> match.</summary>
    public ImmutableArray<string> Excluded { get; init; } = [];

    /// <summary>What the user declares to be right.</summary>
    public Expectations Expect { get; init; } = new();

    /// <summary>The user's programs that change the target's state.</summary>
    public Hooks Hooks { get; init; } = new();

    /// <summary>Whether the hooks may run.</summary>
    public bool AllowHooks { get; init; }

    /// <summary>What probes may do.</summary>
    public ScanMode Mode { get; init; }

    /// <summary>What the scan may cost.</summary>
    public ScanLimits Limits { get; init; } = new();

    /// <summary>Rule ids, <c>ID/variant</c> or category slugs to run; empty: all.</summary>
    public ImmutableArray<string> Only { get; init; } = [];

    /// <summary>Rule ids, <c>ID/variant</c> or category slugs to leave out.</summary>
    public ImmutableArray<string> Skip { get; init; } = [];

    /// <summary>The stack in front, for remedies; <c>null</c>: detected, or general advice.</summary>
    public ServerStack? Stack { get; init; }

    /// <summary>Disposes the private keys of the identities and of the client CA.</summary>
    public void Dispose()
    {
        foreach (Identity identity in Identities)
        {
            identity.Key?.Dispose();
        }

        ClientAuthority?.Key?.Dispose();
    }
}
