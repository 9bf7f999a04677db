using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sallyport.Scan.Config;

/// <summary>Files that hold certificates only, such as the roots of a server.</summary>
internal static class CertificateFile
{
    private const int Limit = 4 * 1024 * 1024;

    /// <summary>The certificates of a PEM bundle or one DER certificate; empty with a problem.</summary>
    public static ImmutableArray<ImmutableArray<byte>> Load(string path, string what, out InputProblem? problem)
    {
        byte[]? bytes = InputFile.Read(path, what, Limit, out problem);
        if (bytes is null)
        {
            return [];
        }

        string name = Shown.Quoted(path);
        ImmutableArray<byte[]> ders = [bytes];
        if (PemBundle.Looks(bytes))
        {
            PemBundle? bundle = PemBundle.Read(bytes, name, out problem);
            if (bundle is null)
            {
                return [];
            }

            ders = bundle.Certificates;
        }

        if (ders.IsEmpty)
        {
            problem = new($"{name} ({what}) holds no certificate", "give a PEM or DER certificate");
            return [];
        }

        try
        {
            foreach (byte[] der in ders)
            {
                X509CertificateLoader.LoadCertificate(der).Dispose();
            }
        }
        catch (CryptographicException)
        {
            problem = new($"{name} ({what}) is no certificate that can be read", "give a PEM or DER certificate");
            return [];
        }

        return [.. ders.Select(der => ImmutableArray.Create(der))];
    }
}
