using System;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Cli;

/// <summary>Runs one scan to its report.</summary>
internal delegate Task<ScanReport> ScanRun(ScanRequest request, IProgress<ScanProgress>? progress, CancellationToken cancellationToken);
