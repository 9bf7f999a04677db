using System;
using System.IO;

namespace Sallyport.Lab.Processes;

/// <summary>Finds the npm modules that tests start with node. eng/install-servers installs them below artifacts/node of the repository.</summary>
public static class NodeModules
{
    /// <summary>The folder of a module, or null when it is not installed.</summary>
    public static string? Find(string module)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(module);
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var place = Path.Combine(folder.FullName, "artifacts", "node", "node_modules", module);
            if (File.Exists(Path.Combine(place, "package.json")))
            {
                return place;
            }
        }

        return null;
    }

    /// <summary>Why a test with this module cannot run, or null when it can.</summary>
    public static string? WhyMissing(string module) =>
        Binaries.WhyMissing("node") ?? (Find(module) is null ? $"the npm module {module} is not installed: run eng/install-servers" : null);
}
