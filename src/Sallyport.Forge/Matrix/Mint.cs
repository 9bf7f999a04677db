using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Sallyport.Forge.Der;

namespace Sallyport.Forge.Matrix;

/// <summary>Signs for one recipe, and is the only way to the user's CA: the manners are kept here.</summary>
internal sealed class Mint(MatrixMaterial material, string ruleId, string variant)
{
    internal static readonly TimeSpan LongestValidity = TimeSpan.FromMinutes(15);

    /// <summary>Signs an end-entity certificate under the user's CA.</summary>
    /// <exception cref="InvalidOperationException">It would be against the manners.</exception>
    internal ForgedIdentity Issue(CertificateSpec spec) => Issue(Authority(), spec);

    /// <summary>Signs an end-entity certificate below the user's CA, by an authority that this recipe made under it.</summary>
    /// <exception cref="InvalidOperationException">It would be against the manners.</exception>
    internal ForgedIdentity Issue(CertificateAuthority authority, CertificateSpec spec) => authority.Issue(Recorded(spec));

    /// <summary>Signs an intermediate under the user's CA.</summary>
    /// <exception cref="InvalidOperationException">It would be against the manners.</exception>
    internal CertificateAuthority Intermediate(CertificateSpec spec) => Intermediate(Authority(), spec);

    /// <summary>Signs an intermediate below the user's CA.</summary>
    /// <exception cref="InvalidOperationException">It would be against the manners.</exception>
    internal CertificateAuthority Intermediate(CertificateAuthority authority, CertificateSpec spec) =>
        authority.CreateIntermediate(Recorded(spec));

    private CertificateAuthority Authority() =>
        material.Authority ?? throw new InvalidOperationException("The key of the client CA was not given.");

    private CertificateSpec Recorded(CertificateSpec spec)
    {
        if (spec.NotAfter - spec.NotBefore > LongestValidity)
        {
            throw new InvalidOperationException("Longer than 15 minutes under the user's CA.");
        }

        ReadOnlyMemory<byte> subject = spec.Subject.Encoded;
        byte[] names = DerWriter.Concat(
            [subject.ToArray(), .. spec.SubjectAltNames.Select(name => name.Encode()), .. AltNameExtensions(spec)]);
        if (material.ForbiddenSubjects.Contains(spec.Subject) || material.ForbiddenNames.Any(name => Holds(names, name)))
        {
            throw new InvalidOperationException("It would name another identity.");
        }

        if (!material.GenuineHasLowestRole && spec.Subject == material.Genuine.Subject)
        {
            throw new InvalidOperationException("It would name an identity whose role is not the lowest.");
        }

        byte[] serial = spec.Serial?.ToArray() ?? CertificateWriter.RandomSerial();
        material.Serials.Add(new MintedSerial(Convert.ToHexStringLower(serial), ruleId, variant, spec.NotBefore, spec.NotAfter));
        return spec with { Serial = serial };
    }

    private static IEnumerable<byte[]> AltNameExtensions(CertificateSpec spec) => spec.ExtraExtensions
        .Where(extension => extension.Oid == Oids.SubjectAltName).Select(extension => extension.Value.ToArray());

    /// <summary>Whether the name is the whole content of some value in there.</summary>
    private static bool Holds(ReadOnlySpan<byte> der, string name)
    {
        byte[] text = Encoding.UTF8.GetBytes(name);
        return der.IndexOf([.. DerWriter.Length(text.Length), .. text]) >= 0;
    }
}
