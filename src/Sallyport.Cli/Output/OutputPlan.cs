using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Text;
using Sallyport.Scan.Config;
using Sallyport.Scan.Reports;

namespace Sallyport.Cli.Output;

/// <summary>Where the reports go: decided, and tried, before anything is sent.</summary>
internal sealed class OutputPlan
{
    private static readonly ImmutableArray<ReportFormat> FileFormats =
        [ReportFormat.Json, ReportFormat.Sarif, ReportFormat.Html, ReportFormat.Junit, ReportFormat.Markdown];

    private readonly ReportFormat? _toOutput;
    private readonly ImmutableArray<(ReportFormat Format, string Path)> _files;

    private OutputPlan(ReportFormat? toOutput, ImmutableArray<(ReportFormat, string)> files) => (_toOutput, _files) = (toOutput, files);

    /// <summary>The plan, or <c>null</c> with problems.</summary>
    /// <param name="formats">The formats asked for; empty for the default.</param>
    /// <param name="output">The value of <c>--output</c>.</param>
    /// <param name="surroundings">For the working directory.</param>
    /// <param name="problems">Where problems go.</param>
    public static OutputPlan? Of(ImmutableArray<ReportFormat> formats, string? output, Surroundings surroundings, List<InputProblem> problems)
    {
        if (output is null)
        {
            if (formats.Length <= 1)
            {
                return new(formats.Length == 0 ? ReportFormat.Console : formats[0], []);
            }

            problems.Add(new("several formats and nowhere to put them", "name a directory: --output reports/"));
            return null;
        }

        if (output.Length == 0)
        {
            problems.Add(new("--output names nothing", "name a file, or a directory: --output reports/"));
            return null;
        }

        string path = surroundings.Place(output);
        bool directory = output.EndsWith('/') || formats.Length > 1 || Directory.Exists(path);
        return directory ? ToDirectory(formats, output, path, problems) : ToFile(formats, output, path, problems);
    }

    /// <summary>Writes the reports; a file that cannot be written any more is told and answered with <c>false</c>.</summary>
    public bool Write(ScanReport report, Surroundings surroundings, bool colour)
    {
        bool all = true;
        foreach ((ReportFormat format, string path) in _files)
        {
            all &= WriteFile(report, format, path, surroundings);
        }

        if (_toOutput is ReportFormat direct)
        {
            ReportWriter.Write(report, direct, surroundings.Output, colour && surroundings.OutputIsTerminal);
            surroundings.Output.Flush();
        }

        return all;
    }

    private static OutputPlan? ToDirectory(ImmutableArray<ReportFormat> formats, string output, string path, List<InputProblem> problems)
    {
        if (File.Exists(path))
        {
            problems.Add(new($"--output {output} is a file, and a directory is needed", "name a directory, or one format"));
            return null;
        }

        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            problems.Add(new($"the directory {output} cannot be made", "name one that this user may write to"));
            return null;
        }

        // The console's form has no place among the files: it stays on stdout.
        ImmutableArray<ReportFormat> files = formats.IsEmpty ? FileFormats : [.. formats.Where(format => format != ReportFormat.Console)];
        ReportFormat? direct = formats.IsEmpty || formats.Contains(ReportFormat.Console) ? ReportFormat.Console : null;
        return new(direct, [.. files.Select(format => (format, Path.Combine(path, ReportWriter.FileName(format))))]);
    }

    private static OutputPlan? ToFile(ImmutableArray<ReportFormat> formats, string output, string path, List<InputProblem> problems)
    {
        string? folder = Path.GetDirectoryName(path);
        if (folder is null || !Directory.Exists(folder))
        {
            problems.Add(new($"--output {output}: its directory does not exist", "make it first, or end the name with / to have a directory made"));
            return null;
        }

        return new(null, [(formats.IsEmpty ? ReportFormat.Console : formats[0], path)]);
    }

    private static bool WriteFile(ScanReport report, ReportFormat format, string path, Surroundings surroundings)
    {
        // Whole or not at all: a reader never sees half a report.
        string partial = path + ".partial";
        try
        {
            using (var writer = new StreamWriter(partial, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)))
            {
                ReportWriter.Write(report, format, writer);
            }

            File.Move(partial, path, overwrite: true);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Complaint.Write(surroundings.Error, $"{path} cannot be written", "check the directory and the space left");
            return false;
        }
    }
}
