using OrdersApi.App.Data;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.Identity;

namespace OrdersApi.App.Guarded;

/// <summary>Who may change what, as the guard asks at the moment of use: its owner, and administrators; money is its owner's alone.</summary>
internal sealed class OwnerPolicy : IResourcePolicy<Order>, IResourcePolicy<Profile>, IResourcePolicy<Account>
{
    public bool Allows(CertificateIdentity identity, Order resource, string operation) => MayChange(identity, resource.Owner);

    public bool Allows(CertificateIdentity identity, Profile resource, string operation) => MayChange(identity, resource.Name);

    public bool Allows(CertificateIdentity identity, Account resource, string operation) => identity.Name == resource.Name;

    private static bool MayChange(CertificateIdentity identity, string owner) => identity.Name == owner || identity.Roles.Contains("admin");
}
