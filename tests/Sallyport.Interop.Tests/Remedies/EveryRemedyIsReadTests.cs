using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Sallyport.Interop.Tests.Servers;
using Sallyport.Lab.Processes;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;

namespace Sallyport.Interop.Tests.Remedies;

/// <summary>Every remedy that is printed for a stack which is at hand is read by that stack: nginx and HAProxy check it as configuration, Node and the C# compiler parse it.</summary>
public sealed class EveryRemedyIsReadTests(LabServers servers)
{
    private static readonly CSharpParseOptions _statements = new(LanguageVersion.Preview, DocumentationMode.None);

    [Fact]
    public void Of_AspNetCore()
    {
        string[] wrong = [.. Fixes(ServerStack.AspNetCore).Where(static fix => !IsCSharp(fix))];
        wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_Node()
    {
        Installed.Need(NodeServer.Program);
        using var folder = new ScratchFolder("remedies");
        string script = folder.Write("read.js",
            """
            'use strict';
            const vm = require('vm');
            const fixes = JSON.parse(require('fs').readFileSync(process.argv[2], 'utf8'));
            const reads = text => { try { new vm.Script(text); return true; } catch { return false; } };
            const wrong = fixes.filter(fix => ![`async () => {\n${fix}\n}`, `(${fix}\n)`, `({${fix}\n})`, `class A {${fix}\n}`].some(reads));
            process.stdout.write(JSON.stringify(wrong));
            """);
        string given = folder.Write("fixes.json", JsonSerializer.Serialize(Fixes(ServerStack.Node)));
        (await Tool.RunAsync(NodeServer.Program, [script, given])).ShouldBe("[]");
    }

    [Fact]
    public async Task Of_Nginx()
    {
        Installed.Need(NginxServer.Program);
        using ScratchFolder folder = Folder();

        // auth_jwt is NGINX Plus, as its text says: nobody has it here.
        ImmutableArray<string> fixes = [.. Fixes(ServerStack.Nginx).Where(static fix => !fix.StartsWith("auth_jwt ", StringComparison.Ordinal))];
        (await WrongAsync(fixes, (fix, name) => ReadByNginxAsync(folder, fix, name))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_Haproxy()
    {
        Installed.Need(HaproxyServer.Program);
        using ScratchFolder folder = Folder();
        (await WrongAsync(Fixes(ServerStack.Haproxy), (fix, name) => ReadByHaproxyAsync(folder, fix, name))).ShouldBeEmpty();
    }

    /// <summary>What belongs beside the servers is put there; the rest into a server, or into one of its locations.</summary>
    private async Task<string?> ReadByNginxAsync(ScratchFolder folder, string fix, string name)
    {
        string printed = Files(fix, folder).Replace("listen 443", $"listen unix:{folder.Path}/{name}.own", StringComparison.Ordinal);
        ILookup<bool, string> parts = NginxText.Statements(printed).ToLookup(NginxText.IsBesideServers);
        string said = "";
        foreach (string around in (string[])["FIX", "location /here { FIX }"])
        {
            string file = folder.Write(
                name + ".conf",
                $$"""
                pid {{folder.Path}}/{{name}}.pid;
                events { }
                http {
                  ssl_certificate {{servers.Pki.Material.ServerCertificateFile}};
                  ssl_certificate_key {{servers.Pki.Material.ServerKeyFile}};
                  ssl_client_certificate {{servers.Pki.Material.ClientCaFile}};
                  upstream backend { server 127.0.0.1:1; }
                  upstream app { server 127.0.0.1:1; }
                  {{string.Join('\n', parts[true])}}
                  server { listen unix:{{folder.Path}}/{{name}}.socket; {{around.Replace("FIX", string.Join('\n', parts[false]), StringComparison.Ordinal)}} }
                }
                """);
            said = await Tool.RunAsync(NginxServer.Program, ["-t", "-p", folder.Path, "-c", file, "-e", "stderr"]);
            if (said.Contains("test is successful", StringComparison.Ordinal))
            {
                return null;
            }
        }

        return said;
    }

    /// <summary>Whole sections as they are; lines in the first section that takes them.</summary>
    private async Task<string?> ReadByHaproxyAsync(ScratchFolder folder, string fix, string name)
    {
        const string Defaults = "defaults\n  mode http\n  timeout client 1s\n  timeout server 1s\n  timeout connect 1s\n";
        const string Backends = "\nbackend app\n  server one 127.0.0.1:1\nbackend api\n  server one 127.0.0.1:1\n";
        string printed = Files(fix, folder);
        List<string> said = [];
        foreach (string around in Regex.IsMatch(fix, "^(?:global|defaults|frontend|backend)\\b", RegexOptions.Multiline)
            ? (string[])["FIX"]
            : ["frontend f\n  bind 127.0.0.1:1\nFIX", "backend b\nFIX", "global\nFIX", "defaults\n  mode http\nFIX"])
        {
            string file = folder.Write(name + ".cfg", Defaults + around.Replace("FIX", printed, StringComparison.Ordinal) + Backends);
            string told = await Tool.RunAsync(HaproxyServer.Program, ["-c", "-f", file]);
            if (!told.Contains("[ALERT]", StringComparison.Ordinal))
            {
                return null;
            }

            said.Add(told);
        }

        return string.Join('\n', said);
    }

    /// <summary>The files that a remedy names are there, and are what their names say. Written once: others are being read meanwhile.</summary>
    private string Named(string file, ScratchFolder folder)
    {
        string name = Path.GetFileName(file);
        return name.EndsWith(".crl.pem", StringComparison.Ordinal) ? servers.Pki.Material.ClientCrlFile
            : name.EndsWith(".key", StringComparison.Ordinal) ? servers.Pki.Material.ServerKeyFile
            : name.EndsWith(".list", StringComparison.Ordinal) ? Path.Combine(folder.Path, "names.list")
            : !name.EndsWith(".pem", StringComparison.Ordinal) ? Path.Combine(folder.Path, "empty.lst")
            : Regex.IsMatch(name, "ca|clients") ? servers.Pki.Material.ClientCaFile
            : Path.Combine(folder.Path, "both.pem");
    }

    private string Files(string fix, ScratchFolder folder) => Regex.Replace(fix, @"(?<![\w./-])[\w./-]+\.(?:pem|key|list|lst|map)(?![\w.])", found => Named(found.Value, folder));

    private ScratchFolder Folder()
    {
        ServerMaterial material = servers.Pki.Material;
        var folder = new ScratchFolder("remedies");
        string both = folder.Write("both.pem", File.ReadAllText(material.ServerCertificateFile) + File.ReadAllText(material.ServerKeyFile));
        folder.Write("empty.lst", "");
        folder.Write("names.list", both + "\n");
        return folder;
    }

    private static async Task<string[]> WrongAsync(ImmutableArray<string> fixes, Func<string, string, Task<string?>> read)
    {
        string?[] said = new string?[fixes.Length];
        await Parallel.ForAsync(0, fixes.Length, new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = TestContext.Current.CancellationToken }, async (i, _) => said[i] = await read(fixes[i], $"remedy{i}"));
        return [.. fixes.Zip(said).Where(static pair => pair.Second is not null).Select(static pair => $"{pair.First}\n-- {pair.Second}")];
    }

    private static ImmutableArray<string> Fixes(ServerStack stack)
    {
        ImmutableArray<string> fixes = [.. CheckCatalog.Rules.SelectMany(static rule => rule.Remedies).Where(remedy => remedy.Stack == stack).Select(static remedy => remedy.Fix).OfType<string>().Distinct()];
        fixes.Length.ShouldBeGreaterThan(10);
        return fixes;
    }

    private static bool IsCSharp(string fix) => ((string[])[fix, $"var x = {fix};", $"class A {{ {fix} }}", $"var x = new A {{ {fix} }};", $"x{fix};"])
        .Any(static text => !CSharpSyntaxTree.ParseText(text, _statements).GetDiagnostics().Any(static one => one.Severity == DiagnosticSeverity.Error));
}
