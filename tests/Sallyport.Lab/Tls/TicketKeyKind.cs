namespace Sallyport.Lab.Tls;

/// <summary>How the scripted server protects its tickets.</summary>
public enum TicketKeyKind
{
    /// <summary>AES-GCM under a random key with a fresh nonce: key name 16, nonce 12, ciphertext, tag 16.</summary>
    Random,

    /// <summary>The layout of RFC 5077, section 4 (key name 16, IV 16, length 2, AES-128-CBC, HMAC-SHA-256), every key all zero.</summary>
    AllZero,

    /// <summary>As <see cref="AllZero"/> with the layout OpenSSL writes: key name 16, IV 16, AES-256-CBC, HMAC-SHA-256.</summary>
    AllZeroOpenSslLayout,

    /// <summary>A random key, but every ticket is encrypted with the same key stream (AES-CTR from one counter): equal plaintext, equal bytes.</summary>
    ConstantKeystream,
}
