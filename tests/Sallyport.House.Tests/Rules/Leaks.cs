using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace Sallyport.House.Tests.Rules;

/// <summary>Nothing of the machine it was written on, and no key, is committed.</summary>
internal static partial class Leaks
{
    private static readonly string[] _keyFiles = [".pem", ".key", ".crt", ".cer", ".der", ".pfx", ".p12", ".jks"];

    // In pieces, so that this file does not find itself.
    private static readonly string[] _registries =
    [
        "api.nuget" + ".org", "registry.npmjs" + ".org", "files.pythonhosted" + ".org", "pypi" + ".org", "proxy.golang" + ".org",
        "deb.debian" + ".org", "archive.ubuntu" + ".com", "crates" + ".io/api", "repo.maven" + ".apache.org",
    ];

    public static IEnumerable<string> Violations(string path, string text)
    {
        if (_keyFiles.Contains(Path.GetExtension(path)))
        {
            yield return $"{path}: a certificate or key; mint it in the test";
        }

        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            if (MachinePath().IsMatch(line))
            {
                yield return $"{path}:{number}: a path of one machine";
            }

            if (PrivateKey().IsMatch(line))
            {
                yield return $"{path}:{number}: a private key";
            }

            if (_registries.FirstOrDefault(line.Contains) is { } registry)
            {
                yield return $"{path}:{number}: the registry {registry}";
            }
        }
    }

    [GeneratedRegex(@"(^|[^\w.\-/])(/(work|root)/[\w.]|/home/[a-z]\w*/|/Users/\w+/)|[A-Z]:\\Users\\", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex MachinePath();

    [GeneratedRegex("BEGIN ([A-Z]+ )?PRIVATE " + "KEY", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex PrivateKey();
}
