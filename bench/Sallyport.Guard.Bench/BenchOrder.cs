using System.Threading;
using System.Threading.Tasks;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.Identity;

namespace Sallyport.Guard.Bench;

/// <summary>The guarded resource; its store is memory, so that no I/O is measured.</summary>
/// <param name="Owner">Whose it is.</param>
internal sealed record BenchOrder(string Owner);

/// <summary>One order.</summary>
internal sealed class BenchOrders : IResourceSource<BenchOrder>
{
    private readonly StoredResource<BenchOrder> _only = new(new BenchOrder("alice"), "1");

    public ValueTask<StoredResource<BenchOrder>?> FindAsync(string key, CancellationToken cancellationToken) => ValueTask.FromResult<StoredResource<BenchOrder>?>(_only);
}

/// <summary>Everybody his own.</summary>
internal sealed class BenchOrderPolicy : IResourcePolicy<BenchOrder>
{
    public bool Allows(CertificateIdentity identity, BenchOrder resource, string operation) => resource.Owner == identity.Name;
}
