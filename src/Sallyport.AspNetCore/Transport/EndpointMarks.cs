using System.Collections.Generic;
using System.Threading;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Sallyport.AspNetCore.Transport;

/// <summary>Which endpoints stand behind the gate.</summary>
/// <remarks>
/// The server builds an endpoint's pipeline and binds its address right after, one endpoint at a time. The gate is part of that
/// pipeline and says so when it is built; an address that is bound without that is nobody's.
/// </remarks>
internal sealed class EndpointMarks
{
    private readonly Lock _gate = new();
    private readonly HashSet<ListenOptions> _claimed = new(ReferenceEqualityComparer.Instance);
    private bool _isBuilt;

    /// <summary>Whether <c>app.UseSallyport()</c> put the request gates in place.</summary>
    public bool HasPipeline { get; set; }

    /// <summary>How many endpoints were claimed.</summary>
    public int Claimed
    {
        get
        {
            lock (_gate)
            {
                return _claimed.Count;
            }
        }
    }

    /// <summary>Claims an endpoint; false when it was claimed before.</summary>
    public bool TryClaim(ListenOptions listen)
    {
        lock (_gate)
        {
            return _claimed.Add(listen);
        }
    }

    /// <summary>A guarded endpoint was built and is bound next.</summary>
    public void Built()
    {
        lock (_gate)
        {
            _isBuilt = true;
        }
    }

    /// <summary>An address is bound: whether it is that of a guarded endpoint.</summary>
    public bool TakeBuilt()
    {
        lock (_gate)
        {
            var was = _isBuilt;
            _isBuilt = false;
            return was;
        }
    }
}
