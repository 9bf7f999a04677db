using System;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>The unit of work that uses of a resource run in; a store that has transactions registers its own.</summary>
/// <typeparam name="TResource">The kind of resource.</typeparam>
internal interface IGuardedUnit<TResource>
    where TResource : class
{
    /// <summary>Runs one use as a whole: all of it is kept, or nothing.</summary>
    /// <param name="operation">What is to be done.</param>
    /// <param name="attempt">Reads, authorizes and works; may be called again when the store tries again.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<TResult> RunAsync<TResult>(string operation, Func<CancellationToken, Task<TResult>> attempt, CancellationToken cancellationToken);

    /// <summary>Takes down what the authorization was true for.</summary>
    void Enter(Authorized<TResource> authorized);
}

/// <summary>A resource that was just authorized, for whom, and what that was true for.</summary>
internal sealed record Authorized<TResource>(TResource Resource, UseStamp Stamp, Bearer Bearer);

/// <summary>Runs the work and keeps nothing: for stores without transactions.</summary>
internal sealed class PlainUnit<TResource> : IGuardedUnit<TResource>
    where TResource : class
{
    public Task<TResult> RunAsync<TResult>(string operation, Func<CancellationToken, Task<TResult>> attempt, CancellationToken cancellationToken) =>
        attempt(cancellationToken);

    public void Enter(Authorized<TResource> authorized)
    {
        // There is nothing that could be taken back later.
    }
}
