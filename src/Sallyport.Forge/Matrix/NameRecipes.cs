using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using Sallyport.Forge.Der;

namespace Sallyport.Forge.Matrix;

/// <summary>Certificates that the user's CA signed rightly, whose names a careless server takes for A's.</summary>
internal static class NameRecipes
{
    private const Needs NamesGenuine = Needs.CaKey | Needs.LowestRole | Needs.FreeNames;
    private const string NoCommonName = "A has no common name";

    internal static IEnumerable<Recipe> All(MatrixMaterial material) =>
        [.. Accounts(material), .. CommonNames(material), .. AltNames(material)];

    private static IEnumerable<Recipe> Accounts(MatrixMaterial material)
    {
        yield return new Recipe("MTLS-302", "stranger", "right certificate of the client CA for a name without an account",
            Needs.CaKey | Needs.FreeNames, mint => mint.Issue(material.Stranger(out string _)));
        yield return new Recipe("MTLS-303", "same-subject", "A's whole subject with another alternative name", NamesGenuine,
            mint => mint.Issue(material.Named(material.Genuine.Subject) with { SubjectAltNames = [OtherAltName()] }))
        {
            Unfit = material.Genuine.HasAltNames ? null : "A has no alternative name, so its subject is its identity",
        };
        yield return new Recipe("MTLS-303", "same-common-name", "A's common name in another organisation with another alternative name",
            NamesGenuine,
            mint => mint.Issue(material.Named(DistinguishedName.Of(
                new NameAttribute(Oids.Organization, "Sallyport look-alike"), Common(material.Genuine.CommonName ?? ""))) with
            {
                SubjectAltNames = [OtherAltName()],
            }))
        {
            Unfit = material.Genuine.CommonName is null ? NoCommonName : null,
        };
    }

    private static IEnumerable<Recipe> CommonNames(MatrixMaterial material)
    {
        string name = material.Genuine.CommonName ?? "";
        string stranger = "sallyport-" + RandomNumberGenerator.GetHexString(8, lowercase: true);

        yield return new Recipe("MTLS-122", "cn-only", "A's subject without any alternative name", NamesGenuine,
            mint => mint.Issue(material.Named(material.Genuine.Subject)))
        {
            Unfit = !material.Genuine.HasAltNames ? "A itself has no alternative name" : null,
        };
        yield return Subject("cn-multi-valued", "two common names in one part of the name, A's and a stranger's",
            DistinguishedName.OfRdns([[Common(stranger), Common(name)]]));
        yield return Subject("cn-first", "two common names, A's first", DistinguishedName.Of(Common(name), Common(stranger)));
        yield return Subject("cn-last", "two common names, A's last", DistinguishedName.Of(Common(stranger), Common(name)));
        yield return Subject("cn-nul", "A's common name, then NUL and more", DistinguishedName.CommonName($"{name}\0.{stranger}"));
        yield return Subject("cn-comma", "a stranger's common name that holds \",CN=\" and A's",
            DistinguishedName.CommonName($"{stranger},CN={name}"));
        yield return Subject("cn-space", "A's common name with a space at its end", DistinguishedName.CommonName(name + " ")) with
        {
            AcceptanceIsDebatable = true,
        };
        string swapped = SwapCase(name);
        yield return Subject("cn-case", "A's common name in the other case", DistinguishedName.CommonName(swapped)) with
        {
            AcceptanceIsDebatable = true,
            Unfit = material.Genuine.CommonName is null ? NoCommonName : swapped == name ? "A's common name has no letters" : null,
        };

        Recipe Subject(string variant, string description, DistinguishedName subject) => new(
            "MTLS-122", variant, "right certificate of the client CA: " + description, NamesGenuine,
            mint => mint.Issue(material.Named(subject) with { SubjectAltNames = [MatrixMaterial.StrangerAltName(stranger)] }))
        {
            Unfit = material.Genuine.CommonName is null ? NoCommonName : null,
        };
    }

    private static IEnumerable<Recipe> AltNames(MatrixMaterial material)
    {
        GeneralName? genuine = material.Genuine.TextNames.FirstOrDefault();
        string value = genuine switch
        {
            GeneralName.Dns dns => dns.Value,
            GeneralName.Email email => email.Value,
            GeneralName.Uri uri => uri.Value,
            _ => "",
        };
        string stranger = "sallyport-" + RandomNumberGenerator.GetHexString(8, lowercase: true);

        yield return Alt("san-as-dns", "A's alternative name as a DNS name", new GeneralName.Dns(value), genuine is GeneralName.Dns);
        yield return Alt(
            "san-as-email", "A's alternative name as an e-mail address", new GeneralName.Email(value), genuine is GeneralName.Email);
        yield return Alt("san-as-uri", "A's alternative name as a URI", new GeneralName.Uri(value), genuine is GeneralName.Uri);
        yield return Alt("san-as-other", "A's alternative name as a user principal name",
            GeneralName.Other.Utf8("1.3.6.1.4.1.311.20.2.3", value), false);
        yield return Alt("san-nul", "A's alternative name, then NUL and more", Alike($"{value}\0.{stranger}.invalid"), false);
        yield return Alt("san-space", "A's alternative name with a space at its end", Alike(value + " "), false);
        string swapped = SwapCase(value);
        yield return Alt("san-case", "A's alternative name in the other case", Alike(swapped), swapped == value) with
        {
            AcceptanceIsDebatable = true,
        };
        yield return new Recipe(
            "MTLS-122", "san-as-cn", "A's alternative name as the common name, without an alternative name", NamesGenuine,
            mint => mint.Issue(material.Named(DistinguishedName.CommonName(value))))
        {
            Unfit = genuine is null ? NoText() : value == material.Genuine.CommonName ? "A's common name is the same text" : null,
        };

        GeneralName Alike(string text) => genuine switch
        {
            GeneralName.Email => new GeneralName.Email(text),
            GeneralName.Uri => new GeneralName.Uri(text),
            _ => new GeneralName.Dns(text),
        };

        Recipe Alt(string variant, string description, GeneralName name, bool isRight) => new(
            "MTLS-122", variant, "right certificate of the client CA for a stranger: " + description, NamesGenuine,
            mint => mint.Issue(material.Named(DistinguishedName.CommonName(stranger)) with { SubjectAltNames = [name] }))
        {
            Unfit = genuine is null ? NoText() : isRight ? "that is A's own kind of name" : null,
        };

        static string NoText() => "A has no DNS name, e-mail address or URI as alternative name";
    }

    private static NameAttribute Common(string value) => new(Oids.CommonName, value);

    private static GeneralName OtherAltName() =>
        MatrixMaterial.StrangerAltName("sallyport-" + RandomNumberGenerator.GetHexString(8, lowercase: true));

    private static string SwapCase(string text) => string.Create(text.Length, text, static (span, source) =>
    {
        for (int i = 0; i < span.Length; i++)
        {
            span[i] = char.IsAsciiLetterLower(source[i]) ? char.ToUpperInvariant(source[i]) : char.ToLowerInvariant(source[i]);
        }
    });
}
