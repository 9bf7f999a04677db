namespace Sallyport.Scan.Config;

/// <summary>Whose key is read, and how a password or a key for it is given.</summary>
/// <param name="Name">The identity's name, or <c>the client CA</c>.</param>
/// <param name="PasswordHint">How to give the password.</param>
/// <param name="KeyHint">How to give the key.</param>
internal sealed record KeyOwner(string Name, string PasswordHint, string KeyHint)
{
    public static KeyOwner Identity(string name) => new(
        name,
        $"give its password: --identity-password {name}=env:VAR (or =@file), or password: in the configuration file",
        $"give it: --identity {name}=cert.pem,key.pem, or key: in the configuration file");

    public static KeyOwner ClientAuthority { get; } = new(
        "the client CA",
        "decrypt it for the scan: openssl pkcs8 -in ca.key -out plain.key, or give clientCa.password in the configuration file",
        "give it: --client-ca-key ca.key, or clientCa.key in the configuration file");
}
