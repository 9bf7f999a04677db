using System;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>Authorizes asynchronous work with a resource where the work is done: in its unit, and again before that is kept.</summary>
public interface IResourceGuard
{
    /// <summary>
    /// Reads the resource, looks again at certificate and account, asks the policy, and does the work. With a store that can
    /// (Entity Framework), everything is one transaction, and what was authorized is compared again before it commits.
    /// </summary>
    /// <typeparam name="TResource">The kind of resource; policy and source are registered for it.</typeparam>
    /// <typeparam name="TResult">What the work makes.</typeparam>
    /// <param name="key">The resource's key.</param>
    /// <param name="operation">One of <see cref="Operations"/>, or a name of the application's.</param>
    /// <param name="work">The work; it may run again when the store tries again, so it changes nothing but the store.</param>
    /// <param name="cancellationToken">Ends the wait; nothing is kept then.</param>
    /// <exception cref="UseRefusedException">It is not allowed, or what was authorized changed before it was kept. Nothing was kept.</exception>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>Without such a store, the check is as old as the work is long: only the start of the work is covered.</remarks>
    Task<TResult> ExecuteAsync<TResource, TResult>(
        string key, string operation, Func<GuardedUse<TResource>, CancellationToken, Task<TResult>> work, CancellationToken cancellationToken)
        where TResource : class;
}
