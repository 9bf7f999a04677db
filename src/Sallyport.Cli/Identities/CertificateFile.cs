using System;
using System.IO;
using System.Security.Cryptography;
using Sallyport.Certificates;

namespace Sallyport.Cli.Identities;

/// <summary>A certificate in a PEM file: the first one, which is the leaf where a chain follows. Keys beside it are not looked at.</summary>
internal static class CertificateFile
{
    private const int MaxBytes = 1024 * 1024;
    private const string Hint = "a PEM file with -----BEGIN CERTIFICATE----- is needed; convert DER: openssl x509 -inform der -in cert.der -out cert.pem";

    public static CertificateProfile Read(string path, string given)
    {
        string text;
        try
        {
            if (new FileInfo(path).Length > MaxBytes)
            {
                throw new BadInputException($"{given} is too large for a certificate", Hint);
            }

            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new BadInputException($"{given} cannot be read", "name a file that is there and that this user may read");
        }

        ReadOnlySpan<char> rest = text;
        while (PemEncoding.TryFind(rest, out PemFields fields))
        {
            if (rest[fields.Label] is "CERTIFICATE")
            {
                byte[] der = Convert.FromBase64String(rest[fields.Base64Data].ToString());
                return CertificateProfile.TryRead(der, out CertificateProfile? profile, out _)
                    ? profile
                    : throw new BadInputException($"{given} holds a damaged certificate", Hint);
            }

            rest = rest[fields.Location.End..];
        }

        throw new BadInputException($"{given} holds no certificate", Hint);
    }
}
