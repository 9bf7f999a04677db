using Sallyport.AspNetCore.Identity;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>Who may do what with a resource: the application's own rule. Asked on the route, and again at the moment of use.</summary>
/// <typeparam name="TResource">The kind of resource.</typeparam>
/// <remarks>Answer from the arguments alone: no I/O, and no state that outlives the call.</remarks>
public interface IResourcePolicy<in TResource>
{
    /// <summary>Whether an account may do this with that resource.</summary>
    /// <param name="identity">The account, as the store has it now.</param>
    /// <param name="resource">The resource, as it is stored now; what it refers to need not be loaded.</param>
    /// <param name="operation">One of <see cref="Operations"/>, or a name of the application's.</param>
    bool Allows(CertificateIdentity identity, TResource resource, string operation);

    /// <summary>Whether an account may make the one of the other. By default it must be allowed on both, so that nothing can be moved to or from another owner.</summary>
    /// <param name="identity">The account, as the store has it now.</param>
    /// <param name="before">The resource as stored.</param>
    /// <param name="after">The resource as it is to be stored.</param>
    /// <param name="operation">The operation that was authorized.</param>
    bool AllowsChange(CertificateIdentity identity, TResource before, TResource after, string operation) =>
        Allows(identity, before, operation) && Allows(identity, after, operation);
}
