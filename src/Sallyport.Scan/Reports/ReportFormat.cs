namespace Sallyport.Scan.Reports;

/// <summary>The forms in which a report is written.</summary>
public enum ReportFormat
{
    /// <summary>Plain text for a terminal.</summary>
    Console,

    /// <summary>JSON, described by docs/report.schema.json.</summary>
    Json,

    /// <summary>SARIF 2.1.0, for code scanning.</summary>
    Sarif,

    /// <summary>One HTML file that needs nothing else.</summary>
    Html,

    /// <summary>JUnit XML, for CI.</summary>
    Junit,

    /// <summary>Markdown, for a pull request or a job summary.</summary>
    Markdown,
}
