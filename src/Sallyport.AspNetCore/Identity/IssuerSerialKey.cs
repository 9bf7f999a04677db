using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Identity;

/// <summary>An issuer and a serial number as octets: the DER of the name, never its text.</summary>
internal readonly record struct IssuerSerialKey(Octets Issuer, Octets SerialNumber);
