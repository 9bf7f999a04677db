using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Xml.Linq;

namespace Sallyport.House.Tests.Rules;

/// <summary>Who may reference whom: the arrows of the design.</summary>
internal static class Arrows
{
    private const string Scan = "Sallyport.Scan";
    private const string Guard = "Sallyport.AspNetCore";

    /// <summary>Production and sample projects with everything they may reference. Not in the table, not in the house.</summary>
    private static readonly Dictionary<string, string[]> _allowed = new()
    {
        ["Sallyport.Certificates"] = [],
        ["Sallyport.Tls"] = [],
        ["Sallyport.Forge"] = [],
        ["Sallyport.Scan.Generators"] = [],
        [Scan] = ["Sallyport.Tls", "Sallyport.Certificates", "Sallyport.Forge", "Sallyport.Scan.Generators"],
        [Guard] = ["Sallyport.Certificates"],
        ["Sallyport.AspNetCore.EntityFrameworkCore"] = [Guard],
        ["OrdersApi.App"] = [Guard, "Sallyport.AspNetCore.EntityFrameworkCore", "Sallyport.Forge"],
        ["OrdersApi"] = ["OrdersApi.App"],
        ["Quickstart"] = [Guard, "Sallyport.AspNetCore.EntityFrameworkCore"],
        ["OrdersApi.Vulnerable"] = ["OrdersApi.App"],
        ["Sallyport.Cli"] =
        [
            Scan, "Sallyport.Tls", "Sallyport.Certificates", "Sallyport.Forge", Guard, "Sallyport.AspNetCore.EntityFrameworkCore",
            "OrdersApi.App",
        ],
        ["Sallyport.Soak"] = [Scan, "Sallyport.Tls", "Sallyport.Certificates", "Sallyport.Forge", "OrdersApi.App"],
        ["Sallyport.Lab"] = ["Sallyport.Forge", "Sallyport.Tls"],
    };

    /// <summary>They stand on nothing but the platform's base library.</summary>
    private static readonly string[] _baseLibraryOnly = ["Sallyport.Certificates", "Sallyport.Tls", "Sallyport.Forge"];

    /// <summary>The only ones that may hold the scanner and the guard in one hand.</summary>
    private static readonly string[] _seeBothHalves = ["Sallyport.Cli", "Sallyport.Proof.Tests"];

    public static IEnumerable<string> Violations(string path, string project)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        var document = XDocument.Parse(project);
        var references = document.Descendants("ProjectReference").Select(Target).ToList();
        var isTest = path.StartsWith("tests/", System.StringComparison.Ordinal) || path.StartsWith("bench/", System.StringComparison.Ordinal);
        if (_allowed.TryGetValue(name, out var allowed))
        {
            foreach (var stranger in references.Except(allowed))
            {
                yield return $"{path}: {name} must not reference {stranger}";
            }
        }
        else if (!isTest)
        {
            yield return $"{path}: {name} is not in the design's table of arrows";
        }

        if (references.Contains(Scan) && references.Contains(Guard) && !_seeBothHalves.Contains(name))
        {
            yield return $"{path}: {name} sees the scanner and the guard together";
        }

        if (_baseLibraryOnly.Contains(name))
        {
            foreach (var package in document.Descendants().Where(item => item.Name.LocalName is "PackageReference" or "FrameworkReference"))
            {
                yield return $"{path}: {name} is base library only, not {package.Attribute("Include")?.Value}";
            }
        }

        foreach (var generator in document.Descendants("ProjectReference")
            .Where(item => !isTest && Target(item) == "Sallyport.Scan.Generators" && item.Attribute("ReferenceOutputAssembly")?.Value != "false"))
        {
            yield return $"{path}: {Target(generator)} is an analyzer, not a library";
        }
    }

    private static string Target(XElement reference) =>
        Path.GetFileNameWithoutExtension((reference.Attribute("Include")?.Value ?? "").Replace('\\', '/'));
}
