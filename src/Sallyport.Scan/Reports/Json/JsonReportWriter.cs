using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Text.Json;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Reports.Json;

/// <summary>The report as JSON: docs/report.schema.json, version 1.</summary>
internal static class JsonReportWriter
{
    /// <summary>The version of the shape; raised when a member changes its meaning or goes away.</summary>
    public const int SchemaVersion = 1;

    /// <summary>Writes the report.</summary>
    public static void Write(ScanReport report, TextWriter output)
    {
        output.Write(JsonSerializer.Serialize(Of(report), JsonReportContext.Default.JsonReport));
        output.Write('\n');
    }

    /// <summary>A remedy.</summary>
    public static JsonRemedy Remedy(Remedy remedy) => new(remedy.Stack is { } stack ? Stack(stack) : null, remedy.Text, remedy.Flaw, remedy.Fix);

    private static JsonReport Of(ScanReport report) => new(
        SchemaVersion,
        new("sallyport", report.ToolVersion),
        new(report.Target, report.Stack is { } stack ? Stack(stack) : null),
        report.StartedAt.ToUniversalTime(),
        (long)report.Duration.TotalMilliseconds,
        Words.Slug(report.Mode),
        report.Partial,
        report.SurveyFailure,
        report.Requests,
        report.RequestsSaved,
        report.Connections,
        report.Score,
        report.Grade,
        new(report.Tested, report.Applicable),
        Words.Slug(report.ClientAuthentication),
        report.EnforcedAt is { } point ? Words.Slug(point) : null,
        [.. report.Categories.Select(static one => new JsonCategory(one.Category.Slug, one.Category.Name, one.Score, one.Grade))],
        [.. report.Checks.Select(Check)],
        [.. report.Findings.Select(Finding)],
        [.. report.Facts.Select(static fact => new JsonFact(fact.Id, fact.Title, fact.Value))],
        Matrix(report.Matrix),
        report.MintedSerials.IsEmpty ? null : report.MintedSerials,
        report.Writes.IsEmpty ? null : [.. report.Writes.Select(static one => new JsonWrite(one.Title, one.Request, one.Identity, Words.Slug(one.State)))]);

    private static JsonCheck Check(CheckSummary check) => new(
        check.Id,
        check.Outcome,
        new(check.Passed, check.Failed, check.NotApplicable, check.NotTested),
        check.Reason,
        check.Needs.IsEmpty ? null : check.Needs);

    private static JsonFinding Finding(Finding finding) => new(
        finding.Id,
        finding.Variant,
        finding.Title,
        finding.Category.Slug,
        Words.Slug(finding.Severity),
        Words.Slug(finding.Confidence),
        finding.Operation,
        finding.Identity,
        finding.Expected,
        finding.Observed,
        [.. finding.Evidence.Select(static one => new JsonEvidence(one.Title, one.Sent, one.Received, one.Transcript.IsEmpty ? null : one.Transcript))],
        finding.Replay,
        finding.Fingerprint,
        finding.AlsoMatches,
        finding.Standards.Cwe,
        finding.Standards.OwaspApi,
        finding.Standards.PciDss,
        finding.Standards.Asvs,
        Remedy(finding.Remedy));

    private static JsonMatrix Matrix(ImmutableArray<MatrixCell> cells) => new(
        [.. cells.Select(static cell => cell.Identity).Distinct(StringComparer.Ordinal)],
        [.. cells.Select(static cell => cell.Operation).Distinct(StringComparer.Ordinal)],
        [.. cells.Select(static cell => new JsonCell(cell.Identity, cell.Operation, cell.Credentials, cell.Verdict, cell.Detail, cell.Expected, cell.Rule))]);

    /// <summary>The stack as <c>--stack</c> takes it.</summary>
    private static string Stack(ServerStack stack) => stack.ToString().ToLowerInvariant();
}
