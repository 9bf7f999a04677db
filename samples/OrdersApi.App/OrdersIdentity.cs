using Sallyport.Forge;

namespace OrdersApi.App;

/// <summary>A client of the API: the account behind the certificate, and the certificate with its key.</summary>
/// <param name="Name">The account's name.</param>
/// <param name="Role">customer, admin or staff.</param>
/// <param name="Forged">Chain and key.</param>
public sealed record OrdersIdentity(string Name, string Role, ForgedIdentity Forged);
