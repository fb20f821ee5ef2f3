<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es" sourcelanguage="en">
<context>
    <name>@default</name>
    <message>
        <source> (filled)</source>
        <translation> (rellenado)</translation>
    </message>
    <message>
        <source> d</source>
        <translation> d</translation>
    </message>
    <message>
        <source>%</source>
        <translation>%</translation>
    </message>
    <message>
        <source>%p % · {} left</source>
        <translation>%p % · faltan {}</translation>
    </message>
    <message>
        <source>&amp;Add</source>
        <translation>&amp;Añadir</translation>
    </message>
    <message>
        <source>&amp;All algorithms</source>
        <translation>&amp;Todos los algoritmos</translation>
    </message>
    <message>
        <source>&amp;By</source>
        <translation>&amp;Por</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>&amp;Cancelar</translation>
    </message>
    <message>
        <source>&amp;Days</source>
        <translation>Día&amp;s</translation>
    </message>
    <message>
        <source>&amp;First hour, beside the pages</source>
        <translation>&amp;Primera hora, junto a las páginas</translation>
    </message>
    <message>
        <source>&amp;Flag</source>
        <translation>&amp;Marca</translation>
    </message>
    <message>
        <source>&amp;For</source>
        <translation>&amp;Para</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>Ay&amp;uda</translation>
    </message>
    <message>
        <source>&amp;Install what is missing: {}</source>
        <translation>&amp;Instalar lo que falta: {}</translation>
    </message>
    <message>
        <source>&amp;Methods</source>
        <translation>&amp;Métodos</translation>
    </message>
    <message>
        <source>&amp;Next ›</source>
        <translation>&amp;Siguiente ›</translation>
    </message>
    <message>
        <source>&amp;Packages…</source>
        <translation>&amp;Paquetes…</translation>
    </message>
    <message>
        <source>&amp;Reason</source>
        <translation>&amp;Razón</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>&amp;Ejecutar</translation>
    </message>
    <message>
        <source>&amp;Station</source>
        <translation>&amp;Estación</translation>
    </message>
    <message>
        <source>&amp;Take back</source>
        <translation>&amp;Quitar</translation>
    </message>
    <message>
        <source>&amp;This step</source>
        <translation>&amp;Este paso</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Deshacer</translation>
    </message>
    <message>
        <source>'{}' cannot be {}.</source>
        <translation>'{}' no puede ser {}.</translation>
    </message>
    <message>
        <source>'{}' has a range of additional no-data values. Give single values, or save it as GeoTIFF.</source>
        <translation>'{}' tiene un intervalo de valores adicionales sin datos. Indique valores sueltos o guárdelo como GeoTIFF.</translation>
    </message>
    <message>
        <source>'{}' is no file but a layer of kind '{}', or is filtered. Save it as a GeoPackage first.</source>
        <translation>'{}' no es un archivo, sino una capa de tipo '{}', o está filtrada. Guárdela primero como GeoPackage.</translation>
    </message>
    <message>
        <source>'{}' is no raster file but a layer of kind '{}'. Save it as GeoTIFF first.</source>
        <translation>'{}' no es un archivo ráster, sino una capa de tipo '{}'. Guárdela primero como GeoTIFF.</translation>
    </message>
    <message>
        <source>'{}' is still empty.</source>
        <translation>'{}' aún está vacío.</translation>
    </message>
    <message>
        <source>, {:.1f} km</source>
        <translation>, {:.1f} km</translation>
    </message>
    <message>
        <source>0 leaves the second layer out.</source>
        <translation>0 prescinde de la segunda capa.</translation>
    </message>
    <message>
        <source>03.04.2023 is</source>
        <translation>03.04.2023 es</translation>
    </message>
    <message>
        <source>1.1 is Freeman's, 1 is Quinn's.</source>
        <translation>1.1 es el de Freeman, 1 el de Quinn.</translation>
    </message>
    <message>
        <source>16 days</source>
        <translation>16 días</translation>
    </message>
    <message>
        <source>3 April</source>
        <translation>3 de abril</translation>
    </message>
    <message>
        <source>30 classes</source>
        <translation>30 clases</translation>
    </message>
    <message>
        <source>4 March</source>
        <translation>4 de marzo</translation>
    </message>
    <message>
        <source>5 main groups</source>
        <translation>5 grupos principales</translation>
    </message>
    <message>
        <source>A column</source>
        <translation>Una columna</translation>
    </message>
    <message>
        <source>A covariate whose SD inside of each cell is written beside the samples, as ndvi_spread: training by homogeneity lets even cells count more. Not with nearest.</source>
        <translation>Covariable cuya desviación estándar dentro de cada celda se escribe junto a las muestras, como ndvi_spread: al entrenar por homogeneidad, las celdas uniformes pueden contar más. No es compatible con el vecino más próximo.</translation>
    </message>
    <message>
        <source>A day counts if it has readings in so many different hours; for a sensor that is usually read less often, in as many as it usually is. A sum of rain needs four fifths of the usual hours.</source>
        <translation>Un día cuenta si tiene lecturas en tantas horas distintas; si un sensor suele leerse menos veces, en tantas como es habitual en él. Una suma de lluvia necesita cuatro quintos de las horas habituales.</translation>
    </message>
    <message>
        <source>A day so far above or below both the day before and the day after is flagged S06; of falls to zero, half as far. Daily tables only; hours have D06.</source>
        <translation>Un día que queda tan por encima o por debajo del anterior y del siguiente se marca S06; en caídas a cero basta la mitad. Solo en tablas diarias; las horarias tienen D06.</translation>
    </message>
    <message>
        <source>A day with fewer is not made. 0: as many as the fullest day.</source>
        <translation>Un día con menos no se genera. 0: tantos como el día más completo.</translation>
    </message>
    <message>
        <source>A deep network beside a linear part, made for numbers and classes (texture, land cover, climate) together.</source>
        <translation>Una red profunda junto a una parte lineal, pensada para números y clases (textura, cobertura del suelo, clima) a la vez.</translation>
    </message>
    <message>
        <source>A guided tour over a synthetic region; no data needed.</source>
        <translation>Una visita guiada por una región sintética; no hacen falta datos.</translation>
    </message>
    <message>
        <source>A map called as silt_0-5cm_error beside silt_0-5cm: the standard deviation of its error, from the quantiles Q0.05 and Q0.95 if they lie beside it, else from the layer of uncertainty.</source>
        <translation>Un mapa llamado silt_0-5cm_error junto a silt_0-5cm: la desviación estándar de su error, a partir de los cuantiles Q0.05 y Q0.95 si están al lado; si no, de la capa de incertidumbre.</translation>
    </message>
    <message>
        <source>A map holds the mean of</source>
        <translation>Un mapa contiene la media de</translation>
    </message>
    <message>
        <source>A map of 8 or 16 days gets its first day, as in its name, or the day in its middle. On which of them a single pixel was seen is not kept.</source>
        <translation>Un mapa de 8 o 16 días recibe su primer día, el de su nombre, o el día central. En cuál de ellos se observó un píxel concreto no se conserva.</translation>
    </message>
    <message>
        <source>A mean, least or greatest value of a day with fewer hours is not made. Files with a step of 3 hours have 8 a day. Sums always need every hour.</source>
        <translation>No se genera la media, el mínimo ni el máximo de un día con menos horas. Los archivos con paso de 3 horas tienen 8 al día. Las sumas siempre necesitan todas las horas.</translation>
    </message>
    <message>
        <source>A method file (JSON), as a changed copy of method.json of a run; counts instead of the choice.</source>
        <translation>Un archivo de método (JSON), por ejemplo una copia modificada del method.json de una ejecución; prevalece sobre la opción elegida.</translation>
    </message>
    <message>
        <source>A multi-layer perceptron: smooth, leaves the range of the samples.</source>
        <translation>Un perceptrón multicapa: suave, sale del rango de las muestras.</translation>
    </message>
    <message>
        <source>A network of a few hundred weights with Normal output: tiny, very fast, knows its spread.</source>
        <translation>Una red de unos cientos de pesos con salida normal: diminuta, muy rápida, conoce su propia dispersión.</translation>
    </message>
    <message>
        <source>A new one; gets what the run's own folder has.</source>
        <translation>Una nueva; recibe lo mismo que la carpeta de la ejecución original.</translation>
    </message>
    <message>
        <source>A period with fewer samples uses the model of the period before, and where all have fewer there is one model; a class with fewer gets no model of its own.</source>
        <translation>Un período con menos muestras usa el modelo del período anterior y, si todos tienen menos, hay un solo modelo; una clase con menos no recibe modelo propio.</translation>
    </message>
    <message>
        <source>A random forest for each day learns the coarse product from soil, terrain and recent rain in its cells, and is applied at 100 m. Made for a catchment in Peru with few data.</source>
        <translation>Un bosque aleatorio para cada día aprende el producto grueso del suelo, el relieve y la lluvia reciente de sus celdas, y se aplica a 100 m. Hecho para una cuenca de Perú con pocos datos.</translation>
    </message>
    <message>
        <source>A random forest for each depth learns stations, rescaled to the coarse product, from reanalysis, vegetation, soil and terrain. Made for China (SMCI1.0), 1 km, ten depths.</source>
        <translation>Un bosque aleatorio para cada profundidad aprende las estaciones, reescaladas al producto grueso, de reanálisis, vegetación, suelo y relieve. Hecho para China (SMCI1.0), 1 km, diez profundidades.</translation>
    </message>
    <message>
        <source>A random forest that learns the coarse product from covariates averaged over its cells; additive coarse consistency.</source>
        <translation>Un bosque aleatorio que aprende el producto grueso de covariables promediadas en sus celdas; coherencia aditiva con el producto grueso.</translation>
    </message>
    <message>
        <source>A random forest that learns the stations from covariates and the coarse product.</source>
        <translation>Un bosque aleatorio que aprende las estaciones de covariables y del producto grueso.</translation>
    </message>
    <message>
        <source>A raster of rain holds</source>
        <translation>Un ráster de lluvia contiene</translation>
    </message>
    <message>
        <source>A region to try things on</source>
        <translation>Una región para probar</translation>
    </message>
    <message>
        <source>A rise from one day to the next, without rain on the days around, is flagged S09. Daily tables only; hours have D04.</source>
        <translation>Una subida de un día a otro sin lluvia en los días cercanos se marca S09. Solo en tablas diarias; las horarias tienen D04.</translation>
    </message>
    <message>
        <source>A scale that leaves fewer has no correlation.</source>
        <translation>Una escala que deje menos no tiene correlación.</translation>
    </message>
    <message>
        <source>A station is held against the median of up to 8 of its 16 nearest neighbours at the same depth, those that change most alike (at least 3, with half of its days). Without them, or with 0, against its own history, with limits three times as high (of noise, twice), and drifts only from 2 years on.</source>
        <translation>Una estación se compara con la mediana de hasta 8 de sus 16 vecinas más cercanas a la misma profundidad, las que cambian de modo más parecido (al menos 3, con la mitad de sus días). Sin ellas, o con 0, con su propia historia, con límites tres veces más altos (de ruido, dos veces) y con derivas solo a partir de 2 años.</translation>
    </message>
    <message>
        <source>A station with a greater fraction of faulty values is called faulty.</source>
        <translation>Una estación con una fracción mayor de valores erróneos se llama defectuosa.</translation>
    </message>
    <message>
        <source>A station with a greater fraction of faulty values is called suspect; frost is no fault.</source>
        <translation>Una estación con una fracción mayor de valores erróneos se llama sospechosa; la helada no es un error.</translation>
    </message>
    <message>
        <source>A station with fewer days in common with its reference is left out.</source>
        <translation>Se omite una estación que tenga menos días en común con su referencia.</translation>
    </message>
    <message>
        <source>A steady slope of the difference to the neighbours that goes so far, with a 99.9 % interval without 0, is a drift; days from where it has gone half as far are flagged S12.</source>
        <translation>Una pendiente constante de la diferencia con las vecinas que llega hasta aquí, con un intervalo del 99.9 % sin 0, es una deriva; los días desde que ha llegado a la mitad se marcan S12.</translation>
    </message>
    <message>
        <source>A step is running. Stop it and close the window?</source>
        <translation>Hay un paso en ejecución. ¿Detenerlo y cerrar la ventana?</translation>
    </message>
    <message>
        <source>A step so high between two quiet weeks of unlike level is flagged S07. Daily tables only; hours have D07 and D08.</source>
        <translation>Un escalón así de alto entre dos semanas tranquilas de distinto nivel se marca S07. Solo en tablas diarias; las horarias tienen D07 y D08.</translation>
    </message>
    <message>
        <source>A stored number times this is soil moisture. The file says so: QGIS and SoilSharp show m³ m⁻³.</source>
        <translation>Un valor almacenado multiplicado por este número es la humedad del suelo. El archivo lo declara: QGIS y SoilSharp muestran m³ m⁻³.</translation>
    </message>
    <message>
        <source>A stored value that means unknown and that the files do not declare. -9999 is known where nothing is declared.</source>
        <translation>Valor almacenado que significa desconocido y que los archivos no declaran. -9999 se conoce cuando no se declara nada.</translation>
    </message>
    <message>
        <source>A synthetic region of 63 km: a coarse satellite product, covariates and stations, and the fine truth, which real regions never tell. If you have a study of your own, open it instead.</source>
        <translation>Una región sintética de 63 km: un producto grueso de satélite, covariables y estaciones, y la verdad fina, que las regiones reales nunca revelan. Si tiene un estudio propio, ábralo en su lugar.</translation>
    </message>
    <message>
        <source>A synthetic region, to try everything on</source>
        <translation>Una región sintética, para probarlo todo</translation>
    </message>
    <message>
        <source>A table of my own</source>
        <translation>Una tabla propia</translation>
    </message>
    <message>
        <source>A table of stations of my own</source>
        <translation>Una tabla propia de estaciones</translation>
    </message>
    <message>
        <source>A target grid needs both an extent and a resolution, or a raster to copy.</source>
        <translation>Una cuadrícula de destino necesita una extensión y una resolución, o un ráster que copiar.</translation>
    </message>
    <message>
        <source>A unit with a question mark is the usual one: the files do not tell theirs.</source>
        <translation>Una unidad con signo de interrogación es la habitual: los archivos no indican la suya.</translation>
    </message>
    <message>
        <source>A value further away in time than this is not used.</source>
        <translation>No se usa un valor más alejado en el tiempo.</translation>
    </message>
    <message>
        <source>A value that stands for unknown and that the files do not declare.</source>
        <translation>Valor que representa lo desconocido y que los archivos no declaran.</translation>
    </message>
    <message>
        <source>A year of a station that stays below this is flagged S01 as a whole (Jääskeläinen et al. 2025). 0 switches it off.</source>
        <translation>Un año de una estación que se queda por debajo se marca entero como S01 (Jääskeläinen et al. 2025). 0 lo desactiva.</translation>
    </message>
    <message>
        <source>Accumulate series</source>
        <translation>Acumular series</translation>
    </message>
    <message>
        <source>Accumulated since 00 UTC</source>
        <translation>Acumulado desde las 00 UTC</translation>
    </message>
    <message>
        <source>Add a sum or mean over several days, or a difference of two covariates, to the rules.</source>
        <translation>Añadir a las reglas una suma o media de varios días, o una diferencia de dos covariables.</translation>
    </message>
    <message>
        <source>Added after the scale.</source>
        <translation>Se suma después de la escala.</translation>
    </message>
    <message>
        <source>Added after the scale: -0.2 for Landsat Collection 2, -0.1 for Sentinel-2 since 2022.</source>
        <translation>Se suma después de la escala: -0.2 para Landsat Collection 2, -0.1 para Sentinel-2 desde 2022.</translation>
    </message>
    <message>
        <source>Added to other rasters after the scale; empty: what their files declare. Not for SoilGrids.</source>
        <translation>Se suma a otros rásteres después de la escala; vacío: lo que declaren sus archivos. No se aplica a SoilGrids.</translation>
    </message>
    <message>
        <source>Added to the days in the names of files: 8 brings a composite of 16 days that is called by its first to its middle.</source>
        <translation>Se suma a los días de los nombres de archivo: 8 lleva a su día central un compuesto de 16 días que se nombra por el primero.</translation>
    </message>
    <message>
        <source>Additive shift</source>
        <translation>Desplazamiento aditivo</translation>
    </message>
    <message>
        <source>Aggregation</source>
        <translation>Agregación</translation>
    </message>
    <message>
        <source>Air temperature</source>
        <translation>Temperatura del aire</translation>
    </message>
    <message>
        <source>Albedo</source>
        <translation>Albedo</translation>
    </message>
    <message>
        <source>Align rasters</source>
        <translation>Alinear rásteres</translation>
    </message>
    <message>
        <source>All GeoTIFFs of a folder, as a dated series; or a pattern, as ndvi/*.tif. Also beside the rasters.</source>
        <translation>Todos los GeoTIFF de una carpeta, como serie con fechas; o un patrón, por ejemplo ndvi/*.tif. También junto a los rásteres.</translation>
    </message>
    <message>
        <source>All covariates count alike</source>
        <translation>Todas las covariables cuentan igual</translation>
    </message>
    <message>
        <source>All days</source>
        <translation>Todos los días</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>Todos los archivos</translation>
    </message>
    <message>
        <source>All in one go</source>
        <translation>Todo de una vez</translation>
    </message>
    <message>
        <source>All of it is there already, and is broken; it belongs to QGIS or to the system.</source>
        <translation>Todo está ya ahí, pero está dañado; pertenece a QGIS o al sistema.</translation>
    </message>
    <message>
        <source>All values</source>
        <translation>Todos los valores</translation>
    </message>
    <message>
        <source>Also by periods of so many days, counted from the first of January of each year. 0: by none.</source>
        <translation>También por períodos de tantos días, contados desde el 1 de enero de cada año. 0: por ninguno.</translation>
    </message>
    <message>
        <source>Also map how many samples are like a pixel: no more unlike than the threshold. 0 is outside of the area of applicability.</source>
        <translation>Cartografiar también cuántas muestras se parecen a un píxel: no más distintas que el umbral. 0 es fuera del área de aplicabilidad.</translation>
    </message>
    <message>
        <source>Also train again without each covariate, by the folds and options of the model, and tell by how much the error grows. The most reliable importance, and the slowest.</source>
        <translation>Entrenar también sin cada covariable, con los pliegues y las opciones del modelo, e indicar cuánto crece el error. Es la importancia más fiable y la más lenta.</translation>
    </message>
    <message>
        <source>Also write how far each pixel may be from the truth, in m³ m⁻³: 1.645 of it to both sides hold 90 %. Of kriged maps by kriging; of the model's own by the stations or coarse cells that folds held out, or by what the model says itself, if it is a forest, an ensemble or a network that knows its spread.</source>
        <translation>Escribir también cuánto puede alejarse cada píxel de la verdad, en m³ m⁻³: 1.645 veces a ambos lados contienen el 90 %. De los mapas krigeados, por kriging; de los propios del modelo, por las estaciones o celdas gruesas que los pliegues apartaron, o por lo que el propio modelo dice, si es un bosque, un conjunto o una red que conoce su dispersión.</translation>
    </message>
    <message>
        <source>Also write the pixels outside as polygons, outside.geojson: one for each day and covariate that pushes them out. QGIS hatches them over any map of the day.</source>
        <translation>Escribe también los píxeles de fuera como polígonos, outside.geojson: uno por cada día y covariable que los empuja fuera. QGIS los raya sobre cualquier mapa del día.</translation>
    </message>
    <message>
        <source>Also write the region as data centres would deliver it: SMAP granules, MODIS and soil maps, ERA5-Land and an ISMN archive, on these products' own grids. Try your imports on it.</source>
        <translation>Escribir también la región como la entregarían los centros de datos: gránulos SMAP, mapas MODIS y de suelos, ERA5-Land y un archivo ISMN, en las cuadrículas propias de estos productos. Sirve para probar las importaciones.</translation>
    </message>
    <message>
        <source>Also write what of the standard deviation is due to the model, to the errors of the covariates and to the coarse product, each a map in m³ m⁻³ in a folder of its own. The root of the sum of their squares is the whole.</source>
        <translation>Escribir también qué parte de la desviación estándar se debe al modelo, a los errores de las covariables y al producto grueso, cada una un mapa en m³ m⁻³ en una carpeta propia. La raíz de la suma de sus cuadrados es el total.</translation>
    </message>
    <message>
        <source>Analyse</source>
        <translation>Analizar</translation>
    </message>
    <message>
        <source>Another product</source>
        <translation>Otro producto</translation>
    </message>
    <message>
        <source>Any map, classes as numbers</source>
        <translation>Cualquier mapa, clases como números</translation>
    </message>
    <message>
        <source>Any value</source>
        <translation>Cualquier valor</translation>
    </message>
    <message>
        <source>Aqua, else Terra</source>
        <translation>Aqua; si no, Terra</translation>
    </message>
    <message>
        <source>Archive or folder</source>
        <translation>Archivo comprimido o carpeta</translation>
    </message>
    <message>
        <source>Area mean</source>
        <translation>Media de área</translation>
    </message>
    <message>
        <source>Area mean of the fine pixels, or the one pixel at the centre of the coarse cell (Rao et al. 2022).</source>
        <translation>Media de área de los píxeles finos, o el único píxel del centro de la celda gruesa (Rao et al. 2022).</translation>
    </message>
    <message>
        <source>Area-to-point kriging of the coarse product alone: it fills gaps in space and time, takes off noise, and says how far each pixel may be from the truth. No covariate and no learner; what every other method must beat.</source>
        <translation>Solo kriging de área a punto del producto grueso: rellena huecos en espacio y tiempo, quita ruido y dice cuánto puede alejarse cada píxel de la verdad. Sin covariables ni aprendizaje; lo que todo otro método debe superar.</translation>
    </message>
    <message>
        <source>Area-to-point kriging of the coarse product, which fills its gaps and takes off its noise, with the detail of ridge regression and gradient boosted trees, as much of it as one scale up has shown to be worth; with the standard deviation of every pixel.</source>
        <translation>Kriging de área a punto del producto grueso, que rellena sus huecos y quita su ruido, con el detalle de la regresión ridge y de árboles con potenciación de gradiente, en la medida en que haya demostrado valer una escala más arriba; con la desviación estándar de cada píxel.</translation>
    </message>
    <message>
        <source>As %d.%m.%Y %H:%M, where the dates are written in an unusual way.</source>
        <translation>Por ejemplo %d.%m.%Y %H:%M, si las fechas están escritas de forma poco común.</translation>
    </message>
    <message>
        <source>As %d.%m.%Y; empty: year-month-day.</source>
        <translation>Por ejemplo %d.%m.%Y; vacío: año-mes-día.</translation>
    </message>
    <message>
        <source>As '250m 16 days red reflectance' or Emis_31, for a layer that Variable does not offer; its scale and valid range are then those that the file tells, and its quality is not looked at.</source>
        <translation>Por ejemplo '250m 16 days red reflectance' o Emis_31, para una capa que Variable no ofrece; su escala y su rango válido son entonces los que indica el archivo, y su calidad no se mira.</translation>
    </message>
    <message>
        <source>As 'gndvi = (nir - green) / (nir + green)', several with semicolons. The names are those of the bands: red, nir, blue, green, swir1, swir2. Allowed are + - * / **, &lt; &lt;= &gt; &gt;= ==, sqrt, log, exp, abs, min, max, clip(x, low, high), where(condition, x, y) and nan for unknown.</source>
        <translation>Por ejemplo 'gndvi = (nir - green) / (nir + green)'; varias, separadas por punto y coma. Los nombres son los de las bandas: red, nir, blue, green, swir1, swir2. Se admiten + - * / **, &lt; &lt;= &gt; &gt;= ==, sqrt, log, exp, abs, min, max, clip(x, low, high), where(condition, x, y) y nan para lo desconocido.</translation>
    </message>
    <message>
        <source>As 'red = b01; nir = b02': the name in formulas, and the word in the name of the sub-folder or file. They replace those of the sensor, or add to them.</source>
        <translation>Por ejemplo 'red = b01; nir = b02': el nombre en las fórmulas y la palabra en el nombre de la subcarpeta o del archivo. Sustituyen a los del sensor o se añaden a ellos.</translation>
    </message>
    <message>
        <source>As 0-5cm, 5-15cm; empty: all that there are. Only for SoilGrids.</source>
        <translation>Por ejemplo 0-5cm, 5-15cm; vacío: todas las que haya. Solo para SoilGrids.</translation>
    </message>
    <message>
        <source>As 0.9 for intervals of 90 %.</source>
        <translation>Como 0,9 para intervalos del 90 %.</translation>
    </message>
    <message>
        <source>As 2023-05-01, of files that tell none: neither by a time axis, nor by their names, tags or attributes.</source>
        <translation>Por ejemplo 2023-05-01, de los archivos que no indican ninguno: ni por un eje de tiempo, ni por sus nombres, etiquetas o atributos.</translation>
    </message>
    <message>
        <source>As Aqua beside Terra. Each is brought to days by itself; where both are known their mean is taken, else the one.</source>
        <translation>Por ejemplo Aqua junto a Terra. Cada uno se lleva a días por separado; donde ambos se conocen se toma su media; si no, el que haya.</translation>
    </message>
    <message>
        <source>As EPSG:4326; only for files that have none.</source>
        <translation>Por ejemplo EPSG:4326; solo para archivos que no lo tienen.</translation>
    </message>
    <message>
        <source>As EPSG:4326; only for files that have none. For SoilGrids in its own projection: +proj=igh +datum=WGS84 +units=m</source>
        <translation>Por ejemplo EPSG:4326; solo para archivos que no lo tienen. Para SoilGrids en su propia proyección: +proj=igh +datum=WGS84 +units=m</translation>
    </message>
    <message>
        <source>As cp1250 or iso-8859-2, if letters come out wrong; auto tells it from the file.</source>
        <translation>Por ejemplo cp1250 o iso-8859-2, si las letras salen mal; auto lo deduce del archivo.</translation>
    </message>
    <message>
        <source>As delivered products</source>
        <translation>Como productos originales</translation>
    </message>
    <message>
        <source>As delivered, integers</source>
        <translation>Como se entregan, enteros</translation>
    </message>
    <message>
        <source>As given</source>
        <translation>Como se indica</translation>
    </message>
    <message>
        <source>As in Jääskeläinen et al. 2025: so often each covariate is disturbed by an error drawn at random. The time grows with it.</source>
        <translation>Como en Jääskeläinen et al. 2025: tantas veces se perturba cada covariable con un error extraído al azar. El tiempo crece con ello.</translation>
    </message>
    <message>
        <source>As rain; empty: the name of the variable or of the folder.</source>
        <translation>Por ejemplo rain; vacío: el nombre de la variable o de la carpeta.</translation>
    </message>
    <message>
        <source>As the method has it</source>
        <translation>Como lo tiene el método</translation>
    </message>
    <message>
        <source>Ascending, 18:00</source>
        <translation>Ascendente, 18:00</translation>
    </message>
    <message>
        <source>Aspect</source>
        <translation>Orientación</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automático</translation>
    </message>
    <message>
        <source>Automatic: the smooth field of the coarse product, by area-to-point kriging, plus as much of the model's detail as one scale up has shown to be worth; exact in the coarse means where the product has no noise. Soft: the same, never exact. Strict: the same, then exact to a millionth; it puts the noise of the coarse product into the map, and may lose to interpolation on a noisy day. Additive and multiplicative: the model's own map, shifted or scaled to the coarse means. Off: the model's own map.</source>
        <translation>Automático: el campo suave del producto grueso, por kriging de área a punto, más tanto del detalle del modelo como haya demostrado valer una escala más arriba; exacto en las medias gruesas donde el producto no tiene ruido. Suave: lo mismo, nunca exacto. Estricto: lo mismo, luego exacto a una millonésima; lleva el ruido del producto grueso al mapa y puede perder frente a la interpolación en un día ruidoso. Aditivo y multiplicativo: el mapa propio del modelo, desplazado o escalado a las medias gruesas. Sin coherencia: el mapa propio del modelo.</translation>
    </message>
    <message>
        <source>Average daily maps over every week, month or year, over the same month of all years, or over all days; beside each mean stands the number of days that it rests on.</source>
        <translation>Promediar mapas diarios por semana, mes o año, por el mismo mes de todos los años o por todos los días; junto a cada media figura el número de días en que se basa.</translation>
    </message>
    <message>
        <source>Average them</source>
        <translation>Promediarlos</translation>
    </message>
    <message>
        <source>Back to the workflow</source>
        <translation>Volver al flujo de trabajo</translation>
    </message>
    <message>
        <source>Balanced over classes</source>
        <translation>Equilibrado entre clases</translation>
    </message>
    <message>
        <source>Band</source>
        <translation>Banda</translation>
    </message>
    <message>
        <source>Bands</source>
        <translation>Bandas</translation>
    </message>
    <message>
        <source>Bands are multiplied by it, so that reflectance lies between 0 and 1. Imported MODIS needs none; raw MODIS and Sentinel-2 0.0001; Landsat Collection 2 0.0000275.</source>
        <translation>Las bandas se multiplican por este número para que la reflectancia quede entre 0 y 1. MODIS importado no lo necesita; MODIS en bruto y Sentinel-2, 0.0001; Landsat Collection 2, 0.0000275.</translation>
    </message>
    <message>
        <source>Baseline of the file</source>
        <translation>El básico del archivo</translation>
    </message>
    <message>
        <source>Batch size</source>
        <translation>Tamaño de lote</translation>
    </message>
    <message>
        <source>Before anything long starts, SoilSharp looks at every file that the study names. Open the report.</source>
        <translation>Antes de que empiece nada largo, SoilSharp examina cada archivo que nombra el estudio. Abra el informe.</translation>
    </message>
    <message>
        <source>Begin at Data with downloads as they are, or at Study with rasters that are ready. Help &gt; Bring your data tells what each product needs. The page Method does all of these steps in one go.</source>
        <translation>Empiece en Datos con las descargas tal como están, o en Estudio con rásteres ya listos. Ayuda &gt; Traer sus datos dice qué necesita cada producto. La página Método hace todos estos pasos de una vez.</translation>
    </message>
    <message>
        <source>Beside</source>
        <translation>Al lado</translation>
    </message>
    <message>
        <source>Beside all rows as one, and station by station. What the rows do not know is left out, and told. Dekads begin on the 1st, 11th and 21st; 16 days count from the first of January. Seasons are those of all years, as DJF for December to February. Quarters of the observed values: 1 are the driest.</source>
        <translation>Además de todas las filas en conjunto y estación por estación. Lo que las filas no conocen se omite y se indica. Las décadas empiezan los días 1, 11 y 21; los 16 días se cuentan desde el 1 de enero. Las estaciones del año son las de todos los años, como DJF de diciembre a febrero. Cuartos de los valores observados: el 1 es el más seco.</translation>
    </message>
    <message>
        <source>Best</source>
        <translation>El mejor</translation>
    </message>
    <message>
        <source>Best quality</source>
        <translation>Mejor calidad</translation>
    </message>
    <message>
        <source>Bias of the first product, product minus reference, m³ m⁻³</source>
        <translation>Sesgo del primer producto, producto menos referencia, m³ m⁻³</translation>
    </message>
    <message>
        <source>Bias of the folds, predicted minus observed, m³ m⁻³</source>
        <translation>Sesgo de los pliegues, predicho menos observado, m³ m⁻³</translation>
    </message>
    <message>
        <source>Bias of the maps, map minus station, m³ m⁻³</source>
        <translation>Sesgo de los mapas, mapa menos estación, m³ m⁻³</translation>
    </message>
    <message>
        <source>Bias, predicted minus observed, m³ m⁻³</source>
        <translation>Sesgo, predicho menos observado, m³ m⁻³</translation>
    </message>
    <message>
        <source>Bilinear</source>
        <translation>Bilineal</translation>
    </message>
    <message>
        <source>Blocks as large as the covariates are alike, in coarse cells</source>
        <translation>Bloques tan grandes como se parecen las covariables, en celdas gruesas</translation>
    </message>
    <message>
        <source>Both</source>
        <translation>Ambos</translation>
    </message>
    <message>
        <source>Bottom of the layer, for the rules range and weighted.</source>
        <translation>Base de la capa, para las reglas range y weighted.</translation>
    </message>
    <message>
        <source>Break: minimum step</source>
        <translation>Salto: escalón mínimo</translation>
    </message>
    <message>
        <source>Breaks so high in the difference to the neighbours, with 10 days on each side: days at another level than that of the longest time are flagged S11.</source>
        <translation>Rupturas de esta altura en la diferencia con las vecinas, con 10 días a cada lado: los días en otro nivel que el del tiempo más largo se marcan S11.</translation>
    </message>
    <message>
        <source>Bring rasters to the grid of another one. What is finer is averaged by area over its known pixels, or its most frequent class is taken; what is coarser is resampled. A study does this by itself while it reads; files are needed for other programs.</source>
        <translation>Llevar rásteres a la cuadrícula de otro. Lo más fino se promedia por área sobre sus píxeles conocidos, o se toma su clase más frecuente; lo más grueso se remuestrea. Un estudio lo hace por sí mismo al leer; los archivos hacen falta para otros programas.</translation>
    </message>
    <message>
        <source>Bring your &amp;data</source>
        <translation>Traer sus &amp;datos</translation>
    </message>
    <message>
        <source>Bueno et al. 2024: random forest for each day</source>
        <translation>Bueno et al. 2024: bosque aleatorio para cada día</translation>
    </message>
    <message>
        <source>Buffer</source>
        <translation>Zona de separación</translation>
    </message>
    <message>
        <source>By</source>
        <translation>Con</translation>
    </message>
    <message>
        <source>By Wang &amp; Liu 2006; else water ends in every pit of the model.</source>
        <translation>Según Wang y Liu 2006; si no, el agua termina en cada depresión del modelo.</translation>
    </message>
    <message>
        <source>By classes of</source>
        <translation>Por clases de</translation>
    </message>
    <message>
        <source>By homogeneity of the coarse cell</source>
        <translation>Por homogeneidad de la celda gruesa</translation>
    </message>
    <message>
        <source>C&amp;lose</source>
        <translation>Ce&amp;rrar</translation>
    </message>
    <message>
        <source>C&amp;opy</source>
        <translation>C&amp;opiar</translation>
    </message>
    <message>
        <source>C, regularization parameter</source>
        <translation>C, parámetro de regularización</translation>
    </message>
    <message>
        <source>CDF matching</source>
        <translation>Ajuste de la función de distribución (CDF)</translation>
    </message>
    <message>
        <source>CORINE Land Cover</source>
        <translation>CORINE Land Cover</translation>
    </message>
    <message>
        <source>CSV table or vector layer, one row a measurement.</source>
        <translation>Tabla CSV o capa vectorial, una fila por medición.</translation>
    </message>
    <message>
        <source>CSV, Excel (needs openpyxl) or layer of points.</source>
        <translation>CSV, Excel (necesita openpyxl) o capa de puntos.</translation>
    </message>
    <message>
        <source>CSV, one row a covariate.</source>
        <translation>CSV, una fila por covariable.</translation>
    </message>
    <message>
        <source>Calendar month</source>
        <translation>Mes natural</translation>
    </message>
    <message>
        <source>Calendar years</source>
        <translation>Años naturales</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Cancelado</translation>
    </message>
    <message>
        <source>Cancelled.</source>
        <translation>Cancelado.</translation>
    </message>
    <message>
        <source>Cancelled; nothing was installed.</source>
        <translation>Cancelado; no se instaló nada.</translation>
    </message>
    <message>
        <source>Cancelled; nothing was written.</source>
        <translation>Cancelado; no se escribió nada.</translation>
    </message>
    <message>
        <source>Cancelled; the next run goes on where it was.</source>
        <translation>Cancelado; la próxima ejecución continúa donde quedó.</translation>
    </message>
    <message>
        <source>Cannot write {}: {}.</source>
        <translation>No se puede escribir {}: {}.</translation>
    </message>
    <message>
        <source>Cannot write {}: {}. Choose another place.</source>
        <translation>No se puede escribir {}: {}. Elija otro lugar.</translation>
    </message>
    <message>
        <source>Cells of strong relief.</source>
        <translation>Celdas de relieve fuerte.</translation>
    </message>
    <message>
        <source>Cells that the radiometer or the weather model sees as frozen.</source>
        <translation>Celdas que el radiómetro o el modelo meteorológico ve heladas.</translation>
    </message>
    <message>
        <source>Cells with a greater fraction of permanent open water are left out, as 0.05. Empty: it is left to the quality.</source>
        <translation>Se omiten las celdas con una fracción mayor de agua permanente en superficie, por ejemplo 0.05. Vacío: se deja a la calidad.</translation>
    </message>
    <message>
        <source>Cells with more than 5 kg m-2 of water in plants.</source>
        <translation>Celdas con más de 5 kg m-2 de agua en las plantas.</translation>
    </message>
    <message>
        <source>Cells with much built-up land.</source>
        <translation>Celdas con mucho suelo edificado.</translation>
    </message>
    <message>
        <source>Cells with snow, or with ice that stays.</source>
        <translation>Celdas con nieve o con hielo que perdura.</translation>
    </message>
    <message>
        <source>Centimetres</source>
        <translation>Centímetros</translation>
    </message>
    <message>
        <source>Central pixel</source>
        <translation>Píxel central</translation>
    </message>
    <message>
        <source>Change a fine map so that its area mean over every coarse cell is the coarse value. The two rasters may have any reference systems and need not nest.</source>
        <translation>Cambiar un mapa fino para que su media de área en cada celda gruesa sea el valor grueso. Los dos rásteres pueden tener cualquier sistema de referencia y no tienen que encajar entre sí.</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Revisar</translation>
    </message>
    <message>
        <source>Check of the study</source>
        <translation>Revisión del estudio</translation>
    </message>
    <message>
        <source>Check scale transfer</source>
        <translation>Comprobar la transferencia de escala</translation>
    </message>
    <message>
        <source>Check stations</source>
        <translation>Revisar estaciones</translation>
    </message>
    <message>
        <source>Check study</source>
        <translation>Revisar estudio</translation>
    </message>
    <message>
        <source>Checked stations</source>
        <translation>Estaciones revisadas</translation>
    </message>
    <message>
        <source>Choice of the shrinkage</source>
        <translation>Elección de la contracción</translation>
    </message>
    <message>
        <source>Choose a file or an archive</source>
        <translation>Elegir un archivo o un archivo comprimido</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>Elegir una carpeta</translation>
    </message>
    <message>
        <source>Choose a run first: its folder, or a layer of it in the project.</source>
        <translation>Elija primero una ejecución: su carpeta, o una capa suya en el proyecto.</translation>
    </message>
    <message>
        <source>Choose at least one learner.</source>
        <translation>Elija al menos un algoritmo de aprendizaje.</translation>
    </message>
    <message>
        <source>Choose the day in a calendar</source>
        <translation>Elegir el día en un calendario</translation>
    </message>
    <message>
        <source>Choose the folder of a run or of maps.</source>
        <translation>Elegir la carpeta de una ejecución o de mapas.</translation>
    </message>
    <message>
        <source>Choose the rasters to align, or a folder of them.</source>
        <translation>Elija los rásteres que se alinean, o una carpeta con ellos.</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>Clases</translation>
    </message>
    <message>
        <source>Classes into which a covariate is cut. Empty: 60, above 2,000 samples 127, above 20,000 samples 255.</source>
        <translation>Clases en que se divide una covariable. Vacío: 60; con más de 2,000 muestras, 127; con más de 20,000 muestras, 255.</translation>
    </message>
    <message>
        <source>Classes of the time series</source>
        <translation>Clases de las series temporales</translation>
    </message>
    <message>
        <source>Classes that learners see</source>
        <translation>Clases que ven los algoritmos de aprendizaje</translation>
    </message>
    <message>
        <source>Classes that must not cover much</source>
        <translation>Clases que no deben cubrir mucho</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Vaciar</translation>
    </message>
    <message>
        <source>Click a station in the map to choose it; red ones have flags.</source>
        <translation>Haga clic en una estación del mapa para elegirla; las rojas tienen marcas.</translation>
    </message>
    <message>
        <source>Click into the map and see the days of that place (Ctrl+Alt+S)</source>
        <translation>Haga clic en el mapa y vea los días de ese lugar (Ctrl+Alt+S)</translation>
    </message>
    <message>
        <source>Click into the map and see the days of that place: coarse, fine, stations.</source>
        <translation>Haga clic en el mapa y vea los días de ese lugar: grueso, fino, estaciones.</translation>
    </message>
    <message>
        <source>Click into the map to see the days of a pixel.</source>
        <translation>Haga clic en el mapa para ver los días de un píxel.</translation>
    </message>
    <message>
        <source>Click into the map. The drop in the toolbar brings the workflow back.</source>
        <translation>Haga clic en el mapa. La gota de la barra de herramientas trae de vuelta el flujo de trabajo.</translation>
    </message>
    <message>
        <source>Click into the map: its pixel is shown.</source>
        <translation>Haga clic en el mapa: se muestra su píxel.</translation>
    </message>
    <message>
        <source>Click the corners; the right button or Enter ends, Backspace takes one back, Escape all.</source>
        <translation>Haga clic en los vértices; el botón derecho o Intro termina, Retroceso quita uno, Escape todos.</translation>
    </message>
    <message>
        <source>Climate classes from temperature and rain</source>
        <translation>Clases climáticas a partir de temperatura y lluvia</translation>
    </message>
    <message>
        <source>Clock of the files</source>
        <translation>Reloj de los archivos</translation>
    </message>
    <message>
        <source>Close this panel; Help &gt; First hour brings it back.</source>
        <translation>Cierra este panel; Ayuda &gt; Primera hora lo vuelve a mostrar.</translation>
    </message>
    <message>
        <source>Cloud fraction</source>
        <translation>Fracción de nubes</translation>
    </message>
    <message>
        <source>Coarse as is</source>
        <translation>Grueso tal cual</translation>
    </message>
    <message>
        <source>Coarse bilinear</source>
        <translation>Grueso bilineal</translation>
    </message>
    <message>
        <source>Coarse cells that are still off by more than 1e-6 m³ m⁻³</source>
        <translation>Celdas gruesas que aún se desvían más de 1e-6 m³ m⁻³</translation>
    </message>
    <message>
        <source>Coarse cells whose mean was to be kept</source>
        <translation>Celdas gruesas cuya media se debía conservar</translation>
    </message>
    <message>
        <source>Coarse consistency</source>
        <translation>Coherencia con el producto grueso</translation>
    </message>
    <message>
        <source>Coarse noise</source>
        <translation>Ruido del producto grueso</translation>
    </message>
    <message>
        <source>Coarse product</source>
        <translation>Producto grueso</translation>
    </message>
    <message>
        <source>Coarse product, gradient boosting (LightGBM)</source>
        <translation>Producto grueso, potenciación de gradiente (LightGBM)</translation>
    </message>
    <message>
        <source>Coarse product, random forest</source>
        <translation>Producto grueso, bosque aleatorio</translation>
    </message>
    <message>
        <source>Coarse product, ridge regression</source>
        <translation>Producto grueso, regresión ridge</translation>
    </message>
    <message>
        <source>Coarse rasters of one day</source>
        <translation>Rásteres gruesos de un día</translation>
    </message>
    <message>
        <source>Coarse resolution</source>
        <translation>Resolución gruesa</translation>
    </message>
    <message>
        <source>Coarse smooth</source>
        <translation>Grueso suavizado</translation>
    </message>
    <message>
        <source>Coarse soil moisture</source>
        <translation>Humedad del suelo gruesa</translation>
    </message>
    <message>
        <source>Coarse, many dates</source>
        <translation>Grueso, muchas fechas</translation>
    </message>
    <message>
        <source>Coarse, one date</source>
        <translation>Grueso, una fecha</translation>
    </message>
    <message>
        <source>Codes, as S01, D02. C01 below 0, C02 above 0.6, C03 above saturation, D01 soil and D02 air frozen; on hours only: D04 rise without rain, D06 spike, D07 and D08 break, D09 constant low, D10 saturated plateau; S01 continuously low (as a desert may well be), S02 falls to zero, S03 impossible, S04 frozen, S05 stuck, S10 zero for days; on days only: S06 spike, S07 break, S08 saturated plateau, S09 rise without rain. Beside the coarse product or neighbours: S11 break, S12 drift, S13 noise.</source>
        <translation>Códigos, como S01, D02. C01 bajo 0, C02 sobre 0.6, C03 sobre la saturación, D01 suelo y D02 aire helados; solo con horas: D04 subida sin lluvia, D06 pico, D07 y D08 ruptura, D09 bajo constante, D10 meseta saturada; S01 siempre bajo (como bien puede un desierto), S02 caídas a cero, S03 imposible, S04 helado, S05 atascado, S10 cero durante días; solo con días: S06 pico, S07 ruptura, S08 meseta saturada, S09 subida sin lluvia. Frente al producto grueso o a las vecinas: S11 ruptura, S12 deriva, S13 ruido.</translation>
    </message>
    <message>
        <source>Coefficient of determination of the folds</source>
        <translation>Coeficiente de determinación de los pliegues</translation>
    </message>
    <message>
        <source>Collocate</source>
        <translation>Colocar</translation>
    </message>
    <message>
        <source>Column</source>
        <translation>Columna</translation>
    </message>
    <message>
        <source>Column for weights</source>
        <translation>Columna para los pesos</translation>
    </message>
    <message>
        <source>Column of classes, as koppen or land_cover: the report also shows a station of each class through time. Empty: the climate, where there are classes of it.</source>
        <translation>Columna de clases, por ejemplo koppen o land_cover: el informe muestra además una estación de cada clase a lo largo del tiempo. Vacío: el clima, si hay clases de él.</translation>
    </message>
    <message>
        <source>Column of the samples that holds classes, as land_cover: curves and directions are also told for each class with 30 samples. Empty: that of land cover, if its name tells.</source>
        <translation>Columna de las muestras que contiene clases, como land_cover: las curvas y direcciones se indican también para cada clase con 30 muestras. Vacío: la de cobertura del suelo, si su nombre lo indica.</translation>
    </message>
    <message>
        <source>Column with degrees east; empty: looked for.</source>
        <translation>Columna con grados este; vacío: se busca.</translation>
    </message>
    <message>
        <source>Column with degrees north; empty: looked for.</source>
        <translation>Columna con grados norte; vacío: se busca.</translation>
    </message>
    <message>
        <source>Column with quality flags; empty: looked for.</source>
        <translation>Columna con marcas de calidad; vacío: se busca.</translation>
    </message>
    <message>
        <source>Column with the day, or day and time; empty: looked for.</source>
        <translation>Columna con el día, o el día y la hora; vacío: se busca.</translation>
    </message>
    <message>
        <source>Column with the depth, as 0.05, 5 cm or 0-10 cm; empty: looked for.</source>
        <translation>Columna con la profundidad, por ejemplo 0.05, 5 cm o 0-10 cm; vacío: se busca.</translation>
    </message>
    <message>
        <source>Column with the name of the station; empty: looked for.</source>
        <translation>Columna con el nombre de la estación; vacío: se busca.</translation>
    </message>
    <message>
        <source>Column with the time of day alone; empty: looked for.</source>
        <translation>Columna con solo la hora del día; vacío: se busca.</translation>
    </message>
    <message>
        <source>Column, or several with commas between them; empty: looked for.</source>
        <translation>Columna, o varias separadas por comas; vacío: se busca.</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>Columnas</translation>
    </message>
    <message>
        <source>Columns of classes in the samples, beside the covariates, that learners see too, separated by commas, as koppen, land_cover. Maps then need covariates of these names. Empty: none.</source>
        <translation>Columnas de clases en las muestras, además de las covariables, que los algoritmos de aprendizaje también ven, separadas por comas, como koppen, land_cover. Los mapas necesitan entonces covariables con estos nombres. Vacío: ninguna.</translation>
    </message>
    <message>
        <source>Columns of the predictions, with commas between them, as land_cover, climate, texture, depth: scores of each of their classes, and how these spread over the stations. Empty: all classes that there are.</source>
        <translation>Columnas de las predicciones, separadas por comas, por ejemplo land_cover, climate, texture, depth: métricas de cada una de sus clases y su dispersión entre las estaciones. Vacío: todas las clases que haya.</translation>
    </message>
    <message>
        <source>Combinations that random and halving search try.</source>
        <translation>Combinaciones que prueban las búsquedas aleatoria y por mitades.</translation>
    </message>
    <message>
        <source>Combined</source>
        <translation>Combinado</translation>
    </message>
    <message>
        <source>Common days</source>
        <translation>Días en común</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Comparar</translation>
    </message>
    <message>
        <source>Compare daily maps with a station over means of 1 to 20 days and over quantiles: whether they go together from day to day or only from week to week, and on dry days or on wet ones.</source>
        <translation>Comparar mapas diarios con una estación sobre medias de 1 a 20 días y por cuantiles: si van juntos de un día a otro o solo de una semana a otra, y en los días secos o en los húmedos.</translation>
    </message>
    <message>
        <source>Compare fine maps with stations, on the same days and places as the coarse product that they come from, so that the gain of the fine maps shows. Makes a table, a layer of stations and a report.</source>
        <translation>Comparar mapas finos con estaciones, en los mismos días y lugares que el producto grueso del que proceden, para que se vea la ganancia de los mapas finos. Genera una tabla, una capa de estaciones y un informe.</translation>
    </message>
    <message>
        <source>Compare learners</source>
        <translation>Comparar algoritmos de aprendizaje</translation>
    </message>
    <message>
        <source>Compare learners by spatial or grouped cross-validation</source>
        <translation>Comparar algoritmos por validación cruzada espacial o agrupada</translation>
    </message>
    <message>
        <source>Compare products</source>
        <translation>Comparar productos</translation>
    </message>
    <message>
        <source>Compare soil moisture products with a reference on the same days and pixels: rasters of one date, or folders of dated rasters, against another raster product or stations. The coarse product is a baseline, as it is and interpolated in two ways.</source>
        <translation>Comparar productos de humedad del suelo con una referencia en los mismos días y píxeles: rásteres de una fecha, o carpetas de rásteres con fecha, frente a otro producto ráster o a estaciones. El producto grueso es la línea de base, tal cual e interpolado de dos maneras.</translation>
    </message>
    <message>
        <source>Compare with</source>
        <translation>Comparar con</translation>
    </message>
    <message>
        <source>Comparison of products</source>
        <translation>Comparación de productos</translation>
    </message>
    <message>
        <source>Components</source>
        <translation>Componentes</translation>
    </message>
    <message>
        <source>Compute NDVI, EVI, SAVI, NDWI, LSWI, NDMI, NSDSI and formulas of one's own from bands of reflectance, for every day that has them. Where a band is unknown, a division has no result or the index lies outside of its range, the index is unknown.</source>
        <translation>Calcular NDVI, EVI, SAVI, NDWI, LSWI, NDMI, NSDSI y fórmulas propias a partir de bandas de reflectancia, para cada día que las tenga. Donde una banda es desconocida, una división no tiene resultado o el índice sale de su rango, el índice es desconocido.</translation>
    </message>
    <message>
        <source>Compute which share of every pixel of a target grid chosen land cover classes cover, as forest. A mask keeps the pixels where the share is large enough, and leaves out those with too much of other classes, as water and towns. The map of classes may be much finer and in another projection.</source>
        <translation>Calcular qué parte de cada píxel de una cuadrícula de destino cubren las clases elegidas de cobertura del suelo, por ejemplo el bosque. Una máscara conserva los píxeles donde esa parte es suficiente y omite los que tienen demasiado de otras clases, como agua y ciudades. El mapa de clases puede ser mucho más fino y estar en otra proyección.</translation>
    </message>
    <message>
        <source>Conserving soil moisture</source>
        <translation>Humedad del suelo con medias conservadas</translation>
    </message>
    <message>
        <source>Continuously low</source>
        <translation>Continuamente bajo</translation>
    </message>
    <message>
        <source>Converted already</source>
        <translation>Ya convertidos</translation>
    </message>
    <message>
        <source>Coordinated universal time</source>
        <translation>Tiempo universal coordinado</translation>
    </message>
    <message>
        <source>Correlate the monthly or annual means of soil moisture at weather stations with the rain and temperature that these measured, each freed of what the other explains.</source>
        <translation>Correlacionar las medias mensuales o anuales de humedad del suelo en estaciones meteorológicas con la lluvia y la temperatura que estas midieron, cada una libre de lo que explica la otra.</translation>
    </message>
    <message>
        <source>Correlate the monthly or annual means of soil moisture of every pixel with precipitation and temperature, each freed of what the other explains, and map where it is significant.</source>
        <translation>Correlacionar las medias mensuales o anuales de humedad del suelo de cada píxel con la precipitación y la temperatura, cada una libre de lo que explica la otra, y cartografiar dónde es significativo.</translation>
    </message>
    <message>
        <source>Correlated with the components</source>
        <translation>Correlacionada con los componentes</translation>
    </message>
    <message>
        <source>Correlation</source>
        <translation>Correlación</translation>
    </message>
    <message>
        <source>Correlation of the best learner there</source>
        <translation>Correlación del mejor algoritmo en ellos</translation>
    </message>
    <message>
        <source>Correlation of the first product</source>
        <translation>Correlación del primer producto</translation>
    </message>
    <message>
        <source>Correlation of the folds</source>
        <translation>Correlación de los pliegues</translation>
    </message>
    <message>
        <source>Correlation of the maps with the stations</source>
        <translation>Correlación de los mapas con las estaciones</translation>
    </message>
    <message>
        <source>Correlation with rain and temperature</source>
        <translation>Correlación con lluvia y temperatura</translation>
    </message>
    <message>
        <source>Correlation with what weather stations measured</source>
        <translation>Correlación con lo medido en estaciones meteorológicas</translation>
    </message>
    <message>
        <source>Correlations</source>
        <translation>Correlaciones</translation>
    </message>
    <message>
        <source>Correlations with a smaller p count as significant.</source>
        <translation>Las correlaciones con una p menor cuentan como significativas.</translation>
    </message>
    <message>
        <source>Covariate</source>
        <translation>Covariable</translation>
    </message>
    <message>
        <source>Covariate of the study</source>
        <translation>Covariable del estudio</translation>
    </message>
    <message>
        <source>Covariate that pushes most pixels out</source>
        <translation>Covariable que deja fuera más píxeles</translation>
    </message>
    <message>
        <source>Covariates</source>
        <translation>Covariables</translation>
    </message>
    <message>
        <source>Covariates from layers</source>
        <translation>Covariables a partir de capas</translation>
    </message>
    <message>
        <source>Covariates that are soil moisture by their name, as that of deeper layers, and whose cells are no smaller than half of the coarse product's, do not count. From cell to cell they follow the product so well that learners lean on them, but inside of cells they tell nothing, and the map loses its detail.</source>
        <translation>No cuentan las covariables que por su nombre son humedad del suelo, como la de capas más profundas, y cuyas celdas no son menores que la mitad de las del producto grueso. De celda en celda siguen tan bien al producto que los modelos se apoyan en ellas, pero dentro de las celdas no dicen nada, y el mapa pierde su detalle.</translation>
    </message>
    <message>
        <source>Covariates that stay, separated by commas</source>
        <translation>Covariables que se quedan, separadas por comas</translation>
    </message>
    <message>
        <source>Covariates whose direction physics does not expect</source>
        <translation>Covariables cuya dirección no espera la física</translation>
    </message>
    <message>
        <source>Coverage of the bands</source>
        <translation>Cobertura de las bandas</translation>
    </message>
    <message>
        <source>Create sample region</source>
        <translation>Crear región de ejemplo</translation>
    </message>
    <message>
        <source>Create study</source>
        <translation>Crear estudio</translation>
    </message>
    <message>
        <source>Cubic convolution</source>
        <translation>Convolución cúbica</translation>
    </message>
    <message>
        <source>Curvature</source>
        <translation>Curvatura</translation>
    </message>
    <message>
        <source>DISPATCH (evaporative efficiency)</source>
        <translation>DISPATCH (eficiencia evaporativa)</translation>
    </message>
    <message>
        <source>Daily maps</source>
        <translation>Mapas diarios</translation>
    </message>
    <message>
        <source>Daily maps become means of months (Rao et al. 2022) or years (Li et al. 2022); monthly ones stay as they are.</source>
        <translation>Los mapas diarios se convierten en medias de meses (Rao et al. 2022) o de años (Li et al. 2022); los mensuales se quedan como están.</translation>
    </message>
    <message>
        <source>Daily value</source>
        <translation>Valor diario</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>Datos</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>Fecha</translation>
    </message>
    <message>
        <source>Date column</source>
        <translation>Columna de fecha</translation>
    </message>
    <message>
        <source>Date format</source>
        <translation>Formato de fecha</translation>
    </message>
    <message>
        <source>Date pattern</source>
        <translation>Patrón de fecha</translation>
    </message>
    <message>
        <source>Dated rasters</source>
        <translation>Rásteres con fecha</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>Día</translation>
    </message>
    <message>
        <source>Day of a composite</source>
        <translation>Día de un compuesto</translation>
    </message>
    <message>
        <source>Day of the map, as 2023-06-01; empty: that of the coarse raster.</source>
        <translation>Día del mapa, por ejemplo 2023-06-01; vacío: el del ráster grueso.</translation>
    </message>
    <message>
        <source>Day of the measurement; folds by date need it.</source>
        <translation>Día de la medición; los pliegues por fecha lo necesitan.</translation>
    </message>
    <message>
        <source>Day of undated files</source>
        <translation>Día de los archivos sin fecha</translation>
    </message>
    <message>
        <source>Days</source>
        <translation>Días</translation>
    </message>
    <message>
        <source>Days begin by</source>
        <translation>Los días empiezan según</translation>
    </message>
    <message>
        <source>Days on which a cell must know soil moisture and all covariates that change with time; a cell with fewer is not filled.</source>
        <translation>Días en los que una celda debe conocer la humedad del suelo y todas las covariables que cambian con el tiempo; una celda con menos no se rellena.</translation>
    </message>
    <message>
        <source>Days on which all products are known; a station or pixel with fewer has no result. Errors are known within some 10 % from 500 days on.</source>
        <translation>Días en que se conocen todos los productos; una estación o un píxel con menos no tiene resultado. Los errores se conocen con un 10 % a partir de 500 días.</translation>
    </message>
    <message>
        <source>Days on which some pixel has all covariates</source>
        <translation>Días en los que algún píxel tiene todas las covariables</translation>
    </message>
    <message>
        <source>Days or indices that were left out; summary.csv says why</source>
        <translation>Días o índices omitidos; summary.csv dice por qué</translation>
    </message>
    <message>
        <source>Days that go together</source>
        <translation>Días que van juntos</translation>
    </message>
    <message>
        <source>Days with a coarse raster</source>
        <translation>Días con ráster grueso</translation>
    </message>
    <message>
        <source>Days without a map, since no pixel had all covariates</source>
        <translation>Días sin mapa, porque ningún píxel tenía todas las covariables</translation>
    </message>
    <message>
        <source>Days without a map; the log says why</source>
        <translation>Días sin mapa; el registro dice por qué</translation>
    </message>
    <message>
        <source>Days without value between two good ones are filled along a line, and marked in the column 'filled' (Li et al. 2022: 5). 0 fills none. Daily tables only.</source>
        <translation>Los días sin valor entre dos buenos se rellenan a lo largo de una recta y se marcan en la columna 'filled' (Li et al. 2022: 5). 0 no rellena ninguno. Solo en tablas diarias.</translation>
    </message>
    <message>
        <source>Degree</source>
        <translation>Grado</translation>
    </message>
    <message>
        <source>Dekad</source>
        <translation>Década (10 días)</translation>
    </message>
    <message>
        <source>Dekads</source>
        <translation>Décadas (10 días)</translation>
    </message>
    <message>
        <source>Delivered: whole numbers in ISRIC's units (g/kg, cg/cm3, pH x 10), which are converted. Converted: already in percent, kg/dm3, pH. Auto takes whole numbers as delivered, and decimals by their range.</source>
        <translation>Tal como se entregan: números enteros en las unidades de ISRIC (g/kg, cg/cm3, pH x 10), que se convierten. Convertidos: ya en porcentaje, kg/dm3, pH. Automático toma los enteros como se entregan y los decimales según su rango.</translation>
    </message>
    <message>
        <source>Dense network</source>
        <translation>Red densa</translation>
    </message>
    <message>
        <source>Depth</source>
        <translation>Profundidad</translation>
    </message>
    <message>
        <source>Depth column</source>
        <translation>Columna de profundidad</translation>
    </message>
    <message>
        <source>Depth of a tree, all of whose branches are so deep.</source>
        <translation>Profundidad de un árbol, cuyas ramas son todas así de profundas.</translation>
    </message>
    <message>
        <source>Depth of a tree.</source>
        <translation>Profundidad de un árbol.</translation>
    </message>
    <message>
        <source>Depth of a tree; 0 sets no limit.</source>
        <translation>Profundidad de un árbol; 0 no pone límite.</translation>
    </message>
    <message>
        <source>Depth rule</source>
        <translation>Regla de profundidad</translation>
    </message>
    <message>
        <source>Depth that is wanted; satellites see about the upper 0.05 m.</source>
        <translation>Profundidad deseada; los satélites ven aproximadamente los 0.05 m superiores.</translation>
    </message>
    <message>
        <source>Depths of SoilGrids</source>
        <translation>Profundidades de SoilGrids</translation>
    </message>
    <message>
        <source>Depths of the sensors</source>
        <translation>Profundidades de los sensores</translation>
    </message>
    <message>
        <source>Derived covariate</source>
        <translation>Covariable derivada</translation>
    </message>
    <message>
        <source>Derived covariate…</source>
        <translation>Covariable derivada…</translation>
    </message>
    <message>
        <source>Descending, 6:00</source>
        <translation>Descendente, 6:00</translation>
    </message>
    <message>
        <source>Difference of two covariates</source>
        <translation>Diferencia de dos covariables</translation>
    </message>
    <message>
        <source>Directions by class</source>
        <translation>Direcciones por clase</translation>
    </message>
    <message>
        <source>Distance along {} (km)</source>
        <translation>Distancia a lo largo de {} (km)</translation>
    </message>
    <message>
        <source>Distance up to which the covariates are alike, km</source>
        <translation>Distancia hasta la que se parecen las covariables, km</translation>
    </message>
    <message>
        <source>Divide the coarse product of a study by surface temperature and NDVI alone, without a learner: by thermal inertia, evaporative efficiency or a dryness index. It is what learning has to beat.</source>
        <translation>Repartir el producto grueso de un estudio solo con la temperatura superficial y el NDVI, sin algoritmo de aprendizaje: por inercia térmica, eficiencia evaporativa o un índice de sequedad. Es lo que el aprendizaje tiene que superar.</translation>
    </message>
    <message>
        <source>Do</source>
        <translation>Hacer</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Hecho</translation>
    </message>
    <message>
        <source>Done after {}: {}</source>
        <translation>Terminado tras {}: {}</translation>
    </message>
    <message>
        <source>Done.</source>
        <translation>Hecho.</translation>
    </message>
    <message>
        <source>Done: {}</source>
        <translation>Hecho: {}</translation>
    </message>
    <message>
        <source>Done: {}. But QGIS could not open all of its results; see the log.</source>
        <translation>Hecho: {}. Pero QGIS no pudo abrir todos sus resultados; vea el registro.</translation>
    </message>
    <message>
        <source>Done: {}. Warnings: {}</source>
        <translation>Hecho: {}. Advertencias: {}</translation>
    </message>
    <message>
        <source>Done; warnings in the log: {}</source>
        <translation>Hecho; advertencias en el registro: {}</translation>
    </message>
    <message>
        <source>Double-click a cell to change it.</source>
        <translation>Doble clic en una celda para cambiarla.</translation>
    </message>
    <message>
        <source>Downloaded files</source>
        <translation>Archivos descargados</translation>
    </message>
    <message>
        <source>Downloaded files of ERA5-Land</source>
        <translation>Archivos descargados de ERA5-Land</translation>
    </message>
    <message>
        <source>Downloaded files of MODIS</source>
        <translation>Archivos descargados de MODIS</translation>
    </message>
    <message>
        <source>Downloaded files of SMAP</source>
        <translation>Archivos descargados de SMAP</translation>
    </message>
    <message>
        <source>Downloaded files of SoilGrids</source>
        <translation>Archivos descargados de SoilGrids</translation>
    </message>
    <message>
        <source>Downloads made ready</source>
        <translation>Descargas ya preparadas</translation>
    </message>
    <message>
        <source>Downscale</source>
        <translation>Reducir escala</translation>
    </message>
    <message>
        <source>Downscale and validate</source>
        <translation>Reducir la escala y validar</translation>
    </message>
    <message>
        <source>Downscale by physics</source>
        <translation>Reducir la escala por física</translation>
    </message>
    <message>
        <source>Downscale one date</source>
        <translation>Reducir la escala de una fecha</translation>
    </message>
    <message>
        <source>Downscale series</source>
        <translation>Reducir la escala de una serie</translation>
    </message>
    <message>
        <source>Downscaling</source>
        <translation>Reducción de escala</translation>
    </message>
    <message>
        <source>Drag over days of the plot: those of the station that is shown last are flagged; later steps obey.</source>
        <translation>Arrastre sobre días del gráfico: se marcan los de la última estación mostrada; los pasos siguientes obedecen.</translation>
    </message>
    <message>
        <source>Draw a line: the profile along it is shown.</source>
        <translation>Dibuje una línea: se muestra el perfil a lo largo de ella.</translation>
    </message>
    <message>
        <source>Draw a polygon: the mean of its pixels is shown.</source>
        <translation>Dibuje un polígono: se muestra la media de sus píxeles.</translation>
    </message>
    <message>
        <source>Draw a transect in the map to see the profile along it.</source>
        <translation>Dibuje un transecto en el mapa para ver el perfil a lo largo de él.</translation>
    </message>
    <message>
        <source>Draw of the folds</source>
        <translation>Repetición de las particiones</translation>
    </message>
    <message>
        <source>Draws</source>
        <translation>Sorteos</translation>
    </message>
    <message>
        <source>Draws of each error</source>
        <translation>Extracciones de cada error</translation>
    </message>
    <message>
        <source>Draws of the errors of inputs</source>
        <translation>Extracciones de los errores de las entradas</translation>
    </message>
    <message>
        <source>Draws the values of leaves to 0.</source>
        <translation>Acerca a 0 los valores de las hojas.</translation>
    </message>
    <message>
        <source>Draws weights to 0, as in ridge regression: the more samples, the less it does.</source>
        <translation>Acerca los pesos a 0, como en la regresión ridge: cuantas más muestras, menos lo hace.</translation>
    </message>
    <message>
        <source>Draws weights to 0.</source>
        <translation>Acerca los pesos a 0.</translation>
    </message>
    <message>
        <source>Drier with</source>
        <translation>Más seco con</translation>
    </message>
    <message>
        <source>Drift: minimum change</source>
        <translation>Deriva: cambio mínimo</translation>
    </message>
    <message>
        <source>Drops to zero in a year</source>
        <translation>Caídas a cero en un año</translation>
    </message>
    <message>
        <source>Dryness index (TVDI)</source>
        <translation>Índice de sequedad (TVDI)</translation>
    </message>
    <message>
        <source>Dual channel (DCA)</source>
        <translation>Canal doble (DCA)</translation>
    </message>
    <message>
        <source>ERA5-Land</source>
        <translation>ERA5-Land</translation>
    </message>
    <message>
        <source>ESA CCI and C3S Land Cover</source>
        <translation>ESA CCI y C3S Land Cover</translation>
    </message>
    <message>
        <source>ESA WorldCover</source>
        <translation>ESA WorldCover</translation>
    </message>
    <message>
        <source>EVI</source>
        <translation>EVI</translation>
    </message>
    <message>
        <source>Each coarse cell and day becomes one sample: its soil moisture, and the covariates averaged over the cell. Stations can be learned from as well.</source>
        <translation>Cada celda gruesa y día se convierte en una muestra: su humedad del suelo y las covariables promediadas en la celda. También se puede aprender de estaciones.</translation>
    </message>
    <message>
        <source>Effective number of steps</source>
        <translation>Número efectivo de pasos</translation>
    </message>
    <message>
        <source>Effects by class</source>
        <translation>Efectos por clase</translation>
    </message>
    <message>
        <source>Elevation model</source>
        <translation>Modelo de elevación</translation>
    </message>
    <message>
        <source>Else each counts by how much the model's error grows when it is shuffled.</source>
        <translation>Si no, cada una cuenta según cuánto crece el error del modelo cuando se permuta.</translation>
    </message>
    <message>
        <source>Else they stay in kelvin.</source>
        <translation>Si no, se quedan en kelvin.</translation>
    </message>
    <message>
        <source>Empty: Scores of predictions.</source>
        <translation>Vacío: Métricas de predicciones.</translation>
    </message>
    <message>
        <source>Empty: a plain one.</source>
        <translation>Vacío: uno sencillo.</translation>
    </message>
    <message>
        <source>Empty: that of the extent. Only together with an extent.</source>
        <translation>Vacío: el de la extensión. Solo junto con una extensión.</translation>
    </message>
    <message>
        <source>Empty: the name of the study.</source>
        <translation>Vacío: el nombre del estudio.</translation>
    </message>
    <message>
        <source>Empty: the one with the most days in common.</source>
        <translation>Vacío: la que tenga más días en común.</translation>
    </message>
    <message>
        <source>Encode maps</source>
        <translation>Codificar mapas</translation>
    </message>
    <message>
        <source>Encoding</source>
        <translation>Codificación de caracteres</translation>
    </message>
    <message>
        <source>End of the step</source>
        <translation>Final del paso</translation>
    </message>
    <message>
        <source>Ensemble, one model per balanced column</source>
        <translation>Conjunto, un modelo por columna equilibrada</translation>
    </message>
    <message>
        <source>Ensemble, one model per class</source>
        <translation>Conjunto, un modelo por clase</translation>
    </message>
    <message>
        <source>Epsilon</source>
        <translation>Épsilon</translation>
    </message>
    <message>
        <source>Equal, or those of the samples</source>
        <translation>Iguales, o los de las muestras</translation>
    </message>
    <message>
        <source>Error (RMSE, m³ m⁻³): the shorter the better</source>
        <translation>Error (RMSE, m³ m⁻³): cuanto más corto, mejor</translation>
    </message>
    <message>
        <source>Error of the coarse product</source>
        <translation>Error del producto grueso</translation>
    </message>
    <message>
        <source>Error of the sensors</source>
        <translation>Error de los sensores</translation>
    </message>
    <message>
        <source>Error of the stations</source>
        <translation>Error de las estaciones</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>Errores</translation>
    </message>
    <message>
        <source>Errors of covariates</source>
        <translation>Errores de las covariables</translation>
    </message>
    <message>
        <source>Errors of the stations</source>
        <translation>Errores de las estaciones</translation>
    </message>
    <message>
        <source>Errors of three products or more, none taken for the truth</source>
        <translation>Errores de tres productos o más, sin tomar ninguno por la verdad</translation>
    </message>
    <message>
        <source>Errors smaller than this do not count.</source>
        <translation>Los errores menores no cuentan.</translation>
    </message>
    <message>
        <source>Evapotranspiration</source>
        <translation>Evapotranspiración</translation>
    </message>
    <message>
        <source>Every nth pixel</source>
        <translation>Cada n-ésimo píxel</translation>
    </message>
    <message>
        <source>Everything that SoilSharp can use is there.</source>
        <translation>Está todo lo que SoilSharp puede usar.</translation>
    </message>
    <message>
        <source>Explain model</source>
        <translation>Explicar modelo</translation>
    </message>
    <message>
        <source>Explain the model</source>
        <translation>Explicar el modelo</translation>
    </message>
    <message>
        <source>Exponent of FD8</source>
        <translation>Exponente de FD8</translation>
    </message>
    <message>
        <source>Extent</source>
        <translation>Extensión</translation>
    </message>
    <message>
        <source>Extent of the target grid</source>
        <translation>Extensión de la cuadrícula de destino</translation>
    </message>
    <message>
        <source>FAPAR</source>
        <translation>FAPAR</translation>
    </message>
    <message>
        <source>FD8</source>
        <translation>FD8</translation>
    </message>
    <message>
        <source>FD8 shares out flow by slope alone (Freeman 1991, Quinn 1991); MFD-md gathers it the more the steeper the ground is (Qin et al. 2007).</source>
        <translation>FD8 reparte el flujo solo según la pendiente (Freeman 1991, Quinn 1991); MFD-md lo concentra tanto más cuanto más empinado es el terreno (Qin et al. 2007).</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Falló</translation>
    </message>
    <message>
        <source>Failed after {}: {}</source>
        <translation>Falló tras {}: {}</translation>
    </message>
    <message>
        <source>Farthest depth</source>
        <translation>Profundidad más lejana</translation>
    </message>
    <message>
        <source>Faulty from this fraction of faults</source>
        <translation>Defectuosa desde esta fracción de errores</translation>
    </message>
    <message>
        <source>Faulty stations</source>
        <translation>Estaciones defectuosas</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Archivo</translation>
    </message>
    <message>
        <source>File names</source>
        <translation>Nombres de archivo</translation>
    </message>
    <message>
        <source>File of flags</source>
        <translation>Archivo de marcas</translation>
    </message>
    <message>
        <source>File of the first day</source>
        <translation>Archivo del primer día</translation>
    </message>
    <message>
        <source>File of the last day</source>
        <translation>Archivo del último día</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Archivos</translation>
    </message>
    <message>
        <source>Files of one day</source>
        <translation>Archivos de un día</translation>
    </message>
    <message>
        <source>Files that were left out; summary.csv says why</source>
        <translation>Archivos omitidos; summary.csv dice por qué</translation>
    </message>
    <message>
        <source>Files, sensors and lines that were left out</source>
        <translation>Archivos, sensores y líneas omitidos</translation>
    </message>
    <message>
        <source>Fill</source>
        <translation>Rellenar</translation>
    </message>
    <message>
        <source>Fill days without overpass</source>
        <translation>Rellenar días sin pasada</translation>
    </message>
    <message>
        <source>Fill gaps up to</source>
        <translation>Rellenar huecos de hasta</translation>
    </message>
    <message>
        <source>Fill sinks first</source>
        <translation>Rellenar antes las depresiones</translation>
    </message>
    <message>
        <source>Fill value</source>
        <translation>Valor de relleno</translation>
    </message>
    <message>
        <source>Filled pixels</source>
        <translation>Píxeles rellenados</translation>
    </message>
    <message>
        <source>Filled pixels (their coarse cell had no value that day), in all maps</source>
        <translation>Píxeles rellenados (su celda gruesa no tenía valor ese día), en todos los mapas</translation>
    </message>
    <message>
        <source>Find implausible values of stations: out of range, frozen, spikes, breaks, stuck. Gives the same table with a flag in every row, G where good, else the codes of the rules (Dorigo et al. 2013 and others). A person may edit it, and the later steps leave out what is flagged.</source>
        <translation>Encontrar valores inverosímiles de estaciones: fuera de rango, helados, picos, saltos, atascados. Devuelve la misma tabla con una marca en cada fila: G si es bueno; si no, los códigos de las reglas (Dorigo et al. 2013 y otros). Se puede editar, y los pasos siguientes omiten lo marcado.</translation>
    </message>
    <message>
        <source>Find the covariates that are worth learning from</source>
        <translation>Encontrar las covariables de las que vale la pena aprender</translation>
    </message>
    <message>
        <source>Find the covariates that are worth learning from: by votes on their correlation with soil moisture and their importance in a forest, by what is lost without each, or by adding one after another. Folds that chose covariates are optimistic; score the final model by others, or at stations kept apart.</source>
        <translation>Encontrar las covariables de las que vale la pena aprender: por votos según su correlación con la humedad del suelo y su importancia en un bosque, por lo que se pierde sin cada una, o añadiendo una tras otra. Los pliegues que eligieron covariables son optimistas; evalúe el modelo final con otros, o en estaciones apartadas.</translation>
    </message>
    <message>
        <source>Fine map</source>
        <translation>Mapa fino</translation>
    </message>
    <message>
        <source>Fine map (m³ m⁻³)</source>
        <translation>Mapa fino (m³ m⁻³)</translation>
    </message>
    <message>
        <source>Fine maps</source>
        <translation>Mapas finos</translation>
    </message>
    <message>
        <source>Fine maps from downloads</source>
        <translation>Mapas finos a partir de descargas</translation>
    </message>
    <message>
        <source>Fine resolution</source>
        <translation>Resolución fina</translation>
    </message>
    <message>
        <source>Fine soil moisture</source>
        <translation>Humedad del suelo fina</translation>
    </message>
    <message>
        <source>Fine soil moisture, step by step. Later: the drop in the toolbar.</source>
        <translation>Humedad del suelo fina, paso a paso. Después: la gota de la barra.</translation>
    </message>
    <message>
        <source>First &amp;hour, to read</source>
        <translation>Primera &amp;hora, para leer</translation>
    </message>
    <message>
        <source>First by name</source>
        <translation>La primera por nombre</translation>
    </message>
    <message>
        <source>First day</source>
        <translation>Primer día</translation>
    </message>
    <message>
        <source>First day that has a map</source>
        <translation>Primer día con mapa</translation>
    </message>
    <message>
        <source>First day that has a value</source>
        <translation>Primer día con valor</translation>
    </message>
    <message>
        <source>First hour: {} of {}</source>
        <translation>Primera hora: {} de {}</translation>
    </message>
    <message>
        <source>Fla&amp;gs…</source>
        <translation>&amp;Marcas…</translation>
    </message>
    <message>
        <source>Flag</source>
        <translation>Marca</translation>
    </message>
    <message>
        <source>Flag column</source>
        <translation>Columna de marcas</translation>
    </message>
    <message>
        <source>Flag days of stations that are not to be believed; later steps leave them out.</source>
        <translation>Marcar días de estaciones que no son creíbles; los pasos siguientes los omiten.</translation>
    </message>
    <message>
        <source>Flag these days of the station.</source>
        <translation>Marcar estos días de la estación.</translation>
    </message>
    <message>
        <source>Flagged S04 (Poehls et al. 2025); needs a column 'lst' with land surface temperature.</source>
        <translation>Se marca S04 (Poehls et al. 2025); necesita una columna 'lst' con la temperatura superficial del suelo.</translation>
    </message>
    <message>
        <source>Flagged S04; needs soil temperature.</source>
        <translation>Se marca S04; necesita la temperatura del suelo.</translation>
    </message>
    <message>
        <source>Flagged values</source>
        <translation>Valores marcados</translation>
    </message>
    <message>
        <source>Flags</source>
        <translation>Marcas</translation>
    </message>
    <message>
        <source>Flags that count</source>
        <translation>Marcas que cuentan</translation>
    </message>
    <message>
        <source>Flow accumulation and wetness index</source>
        <translation>Acumulación de flujo e índice de humedad</translation>
    </message>
    <message>
        <source>Flow routing</source>
        <translation>Encaminamiento del flujo</translation>
    </message>
    <message>
        <source>Fold</source>
        <translation>Pliegue</translation>
    </message>
    <message>
        <source>Folder of NetCDF or GRIB files, or of the zip archives as the Climate Data Store sends them; or one such file, or a pattern as era5/2023-*.nc. Files that follow each other in time are joined. For a daily sum of the last day the 00 UTC of the next day is needed.</source>
        <translation>Carpeta de archivos NetCDF o GRIB, o de los archivos zip tal como los envía el Climate Data Store; o un solo archivo de estos, o un patrón, por ejemplo era5/2023-*.nc. Los archivos que se siguen en el tiempo se unen. Para la suma diaria del último día hacen falta las 00 UTC del día siguiente.</translation>
    </message>
    <message>
        <source>Folder of NetCDF, HDF5, GRIB or GeoTIFF files, or of tables of cells; also compressed as .gz or packed as .zip; or one such file, or a pattern as chirps/*.tif.gz.</source>
        <translation>Carpeta de archivos NetCDF, HDF5, GRIB o GeoTIFF, o de tablas de celdas; también comprimidos como .gz o empaquetados como .zip; o un solo archivo de estos, o un patrón, por ejemplo chirps/*.tif.gz.</translation>
    </message>
    <message>
        <source>Folder of a run or of maps</source>
        <translation>Carpeta de una ejecución o de mapas</translation>
    </message>
    <message>
        <source>Folder of ages</source>
        <translation>Carpeta de antigüedades</translation>
    </message>
    <message>
        <source>Folder of aligned rasters</source>
        <translation>Carpeta de rásteres alineados</translation>
    </message>
    <message>
        <source>Folder of attributes</source>
        <translation>Carpeta de atributos</translation>
    </message>
    <message>
        <source>Folder of daily maps</source>
        <translation>Carpeta de mapas diarios</translation>
    </message>
    <message>
        <source>Folder of daily maps of soil moisture: they come again without pixels outside. Empty: none.</source>
        <translation>Carpeta de mapas diarios de humedad del suelo: se escriben de nuevo sin los píxeles de fuera. Vacío: ninguno.</translation>
    </message>
    <message>
        <source>Folder of daily or hourly rasters with the day, or day and hour, in their file names; or a pattern, as rain/*.tif.</source>
        <translation>Carpeta de rásteres diarios u horarios con el día, o el día y la hora, en el nombre de archivo; o un patrón, por ejemplo rain/*.tif.</translation>
    </message>
    <message>
        <source>Folder of dated coarse rasters; empty: the coarse product of the study.</source>
        <translation>Carpeta de rásteres gruesos con fecha; vacío: el producto grueso del estudio.</translation>
    </message>
    <message>
        <source>Folder of dated maps in m³ m⁻³, daily or monthly.</source>
        <translation>Carpeta de mapas con fecha en m³ m⁻³, diarios o mensuales.</translation>
    </message>
    <message>
        <source>Folder of dated maps in m³ m⁻³, or a pattern as maps/sm_*.tif.</source>
        <translation>Carpeta de mapas con fecha en m³ m⁻³, o un patrón, por ejemplo maps/sm_*.tif.</translation>
    </message>
    <message>
        <source>Folder of dated maps in m³ m⁻³, or with one such folder for each product: scored on the same rows.</source>
        <translation>Carpeta de mapas con fecha en m³ m⁻³, o con una carpeta de estas por producto: se evalúan en las mismas filas.</translation>
    </message>
    <message>
        <source>Folder of dated maps in m³ m⁻³: the wettest and the driest day are looked at, of those that know half as many pixels as the fullest. Give these, or fine maps by themselves.</source>
        <translation>Carpeta de mapas fechados en m³ m⁻³: se miran el día más húmedo y el más seco, de los que conocen al menos la mitad de píxeles que el más completo. Indique esta carpeta o mapas finos sueltos.</translation>
    </message>
    <message>
        <source>Folder of dated maps in m³ m⁻³; empty: those in the folder sd beside the maps, if there are any.</source>
        <translation>Carpeta de mapas con fecha en m³ m⁻³; vacío: los de la carpeta sd junto a los mapas, si los hay.</translation>
    </message>
    <message>
        <source>Folder of dated maps, daily or monthly; it gives the grid.</source>
        <translation>Carpeta de mapas con fecha, diarios o mensuales; da la cuadrícula.</translation>
    </message>
    <message>
        <source>Folder of dated rasters of soil moisture in m³ m⁻³, one a day, as SMAP or ERA5-Land. Breaks and drifts of sensors down to 0.15 m are then sought in the difference to it, which no faulty neighbour disturbs. Empty: in that to the neighbours.</source>
        <translation>Carpeta de rásteres fechados de humedad del suelo en m³ m⁻³, uno por día, como SMAP o ERA5-Land. Las rupturas y derivas de los sensores hasta 0,15 m se buscan entonces en la diferencia con ella, que ningún vecino defectuoso altera. Vacío: en la diferencia con los vecinos.</translation>
    </message>
    <message>
        <source>Folder of dated rasters of soil moisture, or a pattern as era5/*.tif; instead of a study.</source>
        <translation>Carpeta de rásteres de humedad del suelo con fecha, o un patrón, por ejemplo era5/*.tif; en lugar de un estudio.</translation>
    </message>
    <message>
        <source>Folder of dated rasters that count as true, m³ m⁻³.</source>
        <translation>Carpeta de rásteres con fecha que se toman por verdaderos, m³ m⁻³.</translation>
    </message>
    <message>
        <source>Folder of dated rasters, daily or monthly, of all twelve months; or a pattern, as rain/*.tif.</source>
        <translation>Carpeta de rásteres con fecha, diarios o mensuales, de los doce meses; o un patrón, por ejemplo rain/*.tif.</translation>
    </message>
    <message>
        <source>Folder of dated rasters, daily or monthly, on any grid; or a pattern, as rain/*.tif.</source>
        <translation>Carpeta de rásteres con fecha, diarios o mensuales, en cualquier cuadrícula; o un patrón, por ejemplo rain/*.tif.</translation>
    </message>
    <message>
        <source>Folder of dated rasters, each with its day in its file name; or a pattern, as smap/*_AM.tif.</source>
        <translation>Carpeta de rásteres con fecha, cada uno con su día en el nombre de archivo; o un patrón, por ejemplo smap/*_AM.tif.</translation>
    </message>
    <message>
        <source>Folder of dated rasters, or a folder with one such folder for each product.</source>
        <translation>Carpeta de rásteres con fecha, o una carpeta con una de estas por producto.</translation>
    </message>
    <message>
        <source>Folder of encoded maps</source>
        <translation>Carpeta de mapas codificados</translation>
    </message>
    <message>
        <source>Folder of fine maps</source>
        <translation>Carpeta de mapas finos</translation>
    </message>
    <message>
        <source>Folder of fine maps, of the first depth if there are several</source>
        <translation>Carpeta de mapas finos, de la primera profundidad si hay varias</translation>
    </message>
    <message>
        <source>Folder of granules (HDF4 of MODIS, HDF5 of VIIRS) or of GeoTIFFs of their layers, as AppEEARS exports them, with the quality layers beside; of several products in it, Product chooses. The product and the day are taken from the names, so keep those of the download. HDF4 needs a QGIS whose GDAL reads it, HDF5 the package h5py. Files that cannot be used are left out and named.</source>
        <translation>Carpeta de gránulos (HDF4 de MODIS, HDF5 de VIIRS) o de GeoTIFF de sus capas, como los exporta AppEEARS, con las capas de calidad al lado; si contiene varios productos, Producto elige. El producto y el día se toman de los nombres, así que conserve los de la descarga. HDF4 necesita un QGIS cuyo GDAL lo lea; HDF5, el paquete h5py. Los archivos que no se pueden usar se omiten y se nombran.</translation>
    </message>
    <message>
        <source>Folder of granules (HDF5, whole or as a subset) or of GeoTIFFs from the data centre; of several products in it, Product chooses. Flags that lie beside GeoTIFFs are used. Files that cannot be used are left out and named.</source>
        <translation>Carpeta de gránulos (HDF5, completos o recortados) o de GeoTIFF del centro de datos; si contiene varios productos, Producto elige. Se usan las marcas que estén junto a los GeoTIFF. Los archivos que no se pueden usar se omiten y se nombran.</translation>
    </message>
    <message>
        <source>Folder of maps</source>
        <translation>Carpeta de mapas</translation>
    </message>
    <message>
        <source>Folder of maps in m³ m⁻³ with the day in their file names, or a pattern, as maps/*.tif.</source>
        <translation>Carpeta de mapas en m³ m⁻³ con el día en el nombre de archivo, o un patrón, por ejemplo maps/*.tif.</translation>
    </message>
    <message>
        <source>Folder of maps in m³ m⁻³, or a pattern, as maps/*.tif.</source>
        <translation>Carpeta de mapas en m³ m⁻³, o un patrón, por ejemplo maps/*.tif.</translation>
    </message>
    <message>
        <source>Folder of maps of ERA5-Land</source>
        <translation>Carpeta de mapas de ERA5-Land</translation>
    </message>
    <message>
        <source>Folder of maps of MODIS</source>
        <translation>Carpeta de mapas de MODIS</translation>
    </message>
    <message>
        <source>Folder of maps of SMAP</source>
        <translation>Carpeta de mapas de SMAP</translation>
    </message>
    <message>
        <source>Folder of maps of SoilGrids</source>
        <translation>Carpeta de mapas de SoilGrids</translation>
    </message>
    <message>
        <source>Folder of means</source>
        <translation>Carpeta de medias</translation>
    </message>
    <message>
        <source>Folder of rasters</source>
        <translation>Carpeta de rásteres</translation>
    </message>
    <message>
        <source>Folder of rasters with the day in their file names, or a pattern, as maps/*.tif.</source>
        <translation>Carpeta de rásteres con el día en el nombre de archivo, o un patrón, por ejemplo maps/*.tif.</translation>
    </message>
    <message>
        <source>Folder of rasters with the day in their file names; or a pattern, as ndvi/*.tif.</source>
        <translation>Carpeta de rásteres con el día en el nombre de archivo; o un patrón, por ejemplo ndvi/*.tif.</translation>
    </message>
    <message>
        <source>Folder of results</source>
        <translation>Carpeta de resultados</translation>
    </message>
    <message>
        <source>Folder of the comparison</source>
        <translation>Carpeta de la comparación</translation>
    </message>
    <message>
        <source>Folder of the dated coarse rasters that the products come from.</source>
        <translation>Carpeta de los rásteres gruesos con fecha de los que proceden los productos.</translation>
    </message>
    <message>
        <source>Folder of the delivered products, if they were asked for</source>
        <translation>Carpeta de los productos originales, si se pidieron</translation>
    </message>
    <message>
        <source>Folder of the map</source>
        <translation>Carpeta del mapa</translation>
    </message>
    <message>
        <source>Folder of the maps, as text</source>
        <translation>Carpeta de los mapas, como texto</translation>
    </message>
    <message>
        <source>Folder of the region</source>
        <translation>Carpeta de la región</translation>
    </message>
    <message>
        <source>Folder of the study</source>
        <translation>Carpeta del estudio</translation>
    </message>
    <message>
        <source>Folder with CRND0103-*.txt, one of them, or a CSV (also .gz) with the same columns.</source>
        <translation>Carpeta con CRND0103-*.txt, uno de ellos, o un CSV (también .gz) con las mismas columnas.</translation>
    </message>
    <message>
        <source>Folder with a sub-folder of dated rasters for each band, as the import of MODIS makes: b01, b02 and so on; or with the bands themselves as files, as LC08_20230501_B4.tif.</source>
        <translation>Carpeta con una subcarpeta de rásteres con fecha por banda, como la genera la importación de MODIS: b01, b02, etc.; o con las propias bandas como archivos, por ejemplo LC08_20230501_B4.tif.</translation>
    </message>
    <message>
        <source>Folder with one folder of dated rasters, m³ m⁻³, for each product; their names are its products'.</source>
        <translation>Carpeta con una carpeta de ráster fechados, m³ m⁻³, para cada producto; sus nombres son los de los productos.</translation>
    </message>
    <message>
        <source>Folder with the files as downloaded, sub-folders included; or one file, or a pattern as soilgrids/*_0-5cm_*.tif. SoilGrids is known by its file names, so leave them as they are.</source>
        <translation>Carpeta con los archivos tal como se descargaron, incluidas las subcarpetas; o un archivo, o un patrón, por ejemplo soilgrids/*_0-5cm_*.tif. SoilGrids se reconoce por los nombres de archivo, así que déjelos como están.</translation>
    </message>
    <message>
        <source>Folder with the zips or the CSV files, one of them, or a pattern.</source>
        <translation>Carpeta con los zip o los archivos CSV, uno de ellos, o un patrón.</translation>
    </message>
    <message>
        <source>Folder: each GeoTIFF in it is a covariate that holds for all days and is named after its file; each sub-folder of dated GeoTIFFs is a dated covariate named after the folder. Known names get their usual rule. Several folders are separated by semicolons.</source>
        <translation>Carpeta: cada GeoTIFF que contiene es una covariable que vale todos los días y se llama como su archivo; cada subcarpeta de GeoTIFF con fecha es una covariable con fechas que se llama como la carpeta. Los nombres conocidos reciben su regla habitual. Varias carpetas se separan por punto y coma.</translation>
    </message>
    <message>
        <source>Folders of dated rasters need one reference: a folder of dated rasters, or stations.</source>
        <translation>Las carpetas de rásteres con fecha necesitan una referencia: una carpeta de rásteres con fecha, o estaciones.</translation>
    </message>
    <message>
        <source>Folds are drawn so many times, with other seeds, and the mean and SD of the scores over them are told. Takes as many times as long. What is held out, and kept as predictions, is that of the first.</source>
        <translation>Los pliegues se sortean tantas veces, con otras semillas, y se indican la media y la desviación estándar de las métricas. Tarda tantas veces más. Lo que se reserva y se guarda como predicciones es lo del primero.</translation>
    </message>
    <message>
        <source>Folds by</source>
        <translation>Pliegues por</translation>
    </message>
    <message>
        <source>Folds of the search</source>
        <translation>Pliegues de la búsqueda</translation>
    </message>
    <message>
        <source>Folds of the search by</source>
        <translation>Pliegues de la búsqueda por</translation>
    </message>
    <message>
        <source>Folds under which the learners err most</source>
        <translation>Pliegues con los que más se equivocan los algoritmos</translation>
    </message>
    <message>
        <source>For balance: the column whose classes count alike. For homogeneity: the column with the spread inside the cell; empty: looked for.</source>
        <translation>Para el equilibrio: la columna cuyas clases cuentan igual. Para la homogeneidad: la columna con la dispersión dentro de la celda; vacío: se busca.</translation>
    </message>
    <message>
        <source>For dispatch and tvdi: name of the covariate that holds the height in m; 6 K are added to the temperature for each km. Empty: found by its name, as elevation; without one nothing is added.</source>
        <translation>Para dispatch y tvdi: nombre de la covariable que contiene la altura en m; se suman 6 K a la temperatura por cada km. Vacío: se busca por su nombre, como elevation; sin ella no se suma nada.</translation>
    </message>
    <message>
        <source>For example {}; empty: {}.</source>
        <translation>Por ejemplo {}; vacío: {}.</translation>
    </message>
    <message>
        <source>For example: logger moved</source>
        <translation>Por ejemplo: registrador movido</translation>
    </message>
    <message>
        <source>For files that hold both: the global EASE-Grid 2.0 (EPSG:6933), or that of the north (EPSG:6931), whose cells keep their shape at high latitudes.</source>
        <translation>Para archivos que contienen ambas: la EASE-Grid 2.0 global (EPSG:6933), o la del norte (EPSG:6931), cuyas celdas conservan su forma en latitudes altas.</translation>
    </message>
    <message>
        <source>For which steps</source>
        <translation>Para qué pasos</translation>
    </message>
    <message>
        <source>Forward selection</source>
        <translation>Selección progresiva</translation>
    </message>
    <message>
        <source>Fraction of a coarse cell's area in which every covariate is known.</source>
        <translation>Fracción del área de una celda gruesa en la que se conoce cada covariable.</translation>
    </message>
    <message>
        <source>Fraction of a coarse cell's area that must have fine values; cells with less, as at the edge of the map, stay as predicted.</source>
        <translation>Fracción del área de una celda gruesa que debe tener valores finos; las celdas con menos, como en el borde del mapa, se quedan como se predijeron.</translation>
    </message>
    <message>
        <source>Fraction of a pixel's area that must have a class; with less its share is unknown. The share itself is that of the area with a class.</source>
        <translation>Fracción del área de un píxel que debe tener una clase; con menos, su parte es desconocida. La parte se refiere al área con clase.</translation>
    </message>
    <message>
        <source>Fraction of covariates per split</source>
        <translation>Fracción de covariables por división</translation>
    </message>
    <message>
        <source>Fraction of covariates per tree</source>
        <translation>Fracción de covariables por árbol</translation>
    </message>
    <message>
        <source>Fraction of samples per tree</source>
        <translation>Fracción de muestras por árbol</translation>
    </message>
    <message>
        <source>Fraction of stations that are stuck, spike or stay near zero.</source>
        <translation>Fracción de estaciones atascadas, con picos o que se quedan cerca de cero.</translation>
    </message>
    <message>
        <source>Fraction of the classes</source>
        <translation>Fracción de las clases</translation>
    </message>
    <message>
        <source>Fraction of the coarse cells under a day's swaths.</source>
        <translation>Fracción de las celdas gruesas bajo las pasadas de un día.</translation>
    </message>
    <message>
        <source>Fraction of the days of a mean on which both series must be valid; only these days count in it.</source>
        <translation>Fracción de los días de una media en los que ambas series deben ser válidas; solo esos días cuentan en ella.</translation>
    </message>
    <message>
        <source>Fraction of the days of a week, dekad, month or year on which a station, or a daily product, must be known for its mean to count.</source>
        <translation>Fracción de los días de una semana, década, mes o año en los que una estación, o un producto diario, debe conocerse para que su media cuente.</translation>
    </message>
    <message>
        <source>Fraction of the days of a week, month or season on which a station or cell must be known for its mean to count in the scores by time scale.</source>
        <translation>Fracción de los días de una semana, mes o estación del año en los que una estación o celda debe conocerse para que su media cuente en las métricas por escala temporal.</translation>
    </message>
    <message>
        <source>Fraction of the days of the whole period on which a pixel must be valid; with fewer it has no mean. One day is always needed.</source>
        <translation>Fracción de los días de todo el período en los que un píxel debe ser válido; con menos no tiene media. Siempre hace falta un día.</translation>
    </message>
    <message>
        <source>Fraction of the detail among coarse cells that the covariates explain</source>
        <translation>Fracción del detalle entre celdas gruesas que explican las covariables</translation>
    </message>
    <message>
        <source>Fraction of the fine pixels with a covariate outside of the range of the coarse means</source>
        <translation>Fracción de los píxeles finos con una covariable fuera del intervalo de las medias gruesas</translation>
    </message>
    <message>
        <source>Fraction of the grid that a map covers on the mean day</source>
        <translation>Fracción de la cuadrícula que cubre un mapa el día medio</translation>
    </message>
    <message>
        <source>Fraction of the pixels and days outside of the area of applicability</source>
        <translation>Fracción de los píxeles y días fuera del área de aplicabilidad</translation>
    </message>
    <message>
        <source>Fraction of the pixels of a square that must be valid in the map and in every covariate; squares with less, as in a lake, are left out.</source>
        <translation>Fracción de los píxeles de un cuadrado que deben ser válidos en el mapa y en cada covariable; los cuadrados con menos, como en un lago, se omiten.</translation>
    </message>
    <message>
        <source>Fraction of the station values in the band of 90 % of the maps, where these have one</source>
        <translation>Fracción de los valores de las estaciones dentro de la banda del 90 % de los mapas, cuando estos la tienen</translation>
    </message>
    <message>
        <source>Fraction of the variance that the first two components of the first map hold</source>
        <translation>Fracción de la varianza que recogen los dos primeros componentes del primer mapa</translation>
    </message>
    <message>
        <source>From a square to the next; 0 lays them side by side. With that of the coarse product each of its cells has one.</source>
        <translation>De un cuadrado al siguiente; 0 los coloca uno junto a otro. Con el del producto grueso, cada una de sus celdas tiene uno.</translation>
    </message>
    <message>
        <source>From a study to fine maps: samples of the coarse cells, a LightGBM model, a map for every day, and a report of how the maps and the coarse product agree with the stations of the study.</source>
        <translation>De un estudio a mapas finos: muestras de las celdas gruesas, un modelo LightGBM, un mapa para cada día, y un informe de cómo concuerdan los mapas y el producto grueso con las estaciones del estudio.</translation>
    </message>
    <message>
        <source>From coarse to fine soil moisture, step by step</source>
        <translation>De la humedad del suelo gruesa a la fina, paso a paso</translation>
    </message>
    <message>
        <source>From downloads to fine maps: SMAP as the coarse product; MODIS, ERA5-Land and SoilGrids as covariates; a study of them and its check; samples of the coarse cells, a LightGBM model, and a map for every day.</source>
        <translation>De las descargas a los mapas finos: SMAP como producto grueso; MODIS, ERA5-Land y SoilGrids como covariables; un estudio con ellos y su revisión; muestras de las celdas gruesas, un modelo LightGBM, y un mapa para cada día.</translation>
    </message>
    <message>
        <source>Frozen: soil colder than</source>
        <translation>Helado: suelo más frío que</translation>
    </message>
    <message>
        <source>Frozen: surface colder than</source>
        <translation>Helado: superficie más fría que</translation>
    </message>
    <message>
        <source>Full settings</source>
        <translation>Ajustes completos</translation>
    </message>
    <message>
        <source>Further results</source>
        <translation>Otros resultados</translation>
    </message>
    <message>
        <source>Gamma</source>
        <translation>Gamma</translation>
    </message>
    <message>
        <source>Generalised cross-validation</source>
        <translation>Validación cruzada generalizada</translation>
    </message>
    <message>
        <source>GeoPackage, one point a station, with network, depth, number of days, first and last day and mean.</source>
        <translation>GeoPackage, un punto por estación, con red, profundidad, número de días, primer y último día y media.</translation>
    </message>
    <message>
        <source>GeoTIFF in m³ m⁻³: 1.645 of it to both sides hold 90 % of the truth. Of kriged maps, and of models that know their own.</source>
        <translation>GeoTIFF en m³ m⁻³: 1.645 veces a ambos lados contienen el 90 % de la verdad. De mapas krigeados, y de modelos que conocen la suya.</translation>
    </message>
    <message>
        <source>GeoTIFF in m³ m⁻³: one of three parts whose squares add up to that of the standard deviation.</source>
        <translation>GeoTIFF en m³ m⁻³: una de tres partes cuyos cuadrados suman el de la desviación estándar.</translation>
    </message>
    <message>
        <source>GeoTIFF in m³ m⁻³; empty where a covariate is unknown.</source>
        <translation>GeoTIFF en m³ m⁻³; vacío donde se desconoce una covariable.</translation>
    </message>
    <message>
        <source>GeoTIFF on the grid of the fine map, in m³ m⁻³.</source>
        <translation>GeoTIFF en la cuadrícula del mapa fino, en m³ m⁻³.</translation>
    </message>
    <message>
        <source>GeoTIFF: 0 where the coarse cell was seen, 1 where values come from other cells, 2 from other days. Only of kriged maps.</source>
        <translation>GeoTIFF: 0 donde se vio la celda gruesa, 1 donde los valores vienen de otras celdas, 2 de otros días. Solo de mapas por kriging.</translation>
    </message>
    <message>
        <source>Gets a GeoTIFF a day with the days to the nearest observation that the value rests on.</source>
        <translation>Recibe un GeoTIFF por día con los días hasta la observación más cercana en que se basa el valor.</translation>
    </message>
    <message>
        <source>Gets a GeoTIFF a day, as ndvi_20230501.tif, and summary.csv with a line on every map.</source>
        <translation>Recibe un GeoTIFF por día, como ndvi_20230501.tif, y summary.csv con una línea sobre cada mapa.</translation>
    </message>
    <message>
        <source>Gets a GeoTIFF a day, as rain_sum_3d_20230501.tif, and summary.csv with a line on every map.</source>
        <translation>Recibe un GeoTIFF por día, como rain_sum_3d_20230501.tif, y summary.csv con una línea sobre cada mapa.</translation>
    </message>
    <message>
        <source>Gets a GeoTIFF a day, as sm_2020153.tif.</source>
        <translation>Recibe un GeoTIFF por día, como sm_2020153.tif.</translation>
    </message>
    <message>
        <source>Gets a GeoTIFF for each, called as before, and summary.csv with a line on every one.</source>
        <translation>Recibe un GeoTIFF por cada uno, con el mismo nombre que antes, y summary.csv con una línea sobre cada uno.</translation>
    </message>
    <message>
        <source>Gets a GeoTIFF for each, named after the attribute.</source>
        <translation>Recibe un GeoTIFF por cada uno, con el nombre del atributo.</translation>
    </message>
    <message>
        <source>Gets a folder for each covariate, as shap_ndvi/shap_ndvi_20230501.tif, in m³ m⁻³: above 0 it makes the pixel wetter. The same of what is predicted, before any consistency with the coarse product, and summary.csv.</source>
        <translation>Recibe una carpeta por covariable, como shap_ndvi/shap_ndvi_20230501.tif, en m³ m⁻³: por encima de 0 hace más húmedo el píxel. Lo mismo de lo predicho, antes de cualquier coherencia con el producto grueso, y summary.csv.</translation>
    </message>
    <message>
        <source>Gets folders of means and of their days, as sm_month/sm_month_20200601.tif, and summary.csv.</source>
        <translation>Recibe carpetas de medias y de sus días, como sm_month/sm_month_20200601.tif, y summary.csv.</translation>
    </message>
    <message>
        <source>Gets for each driver the correlation (r_precipitation.tif), its p and its sign (1 and −1 where significant, else 0), the number of months or years, and the number of the strongest driver.</source>
        <translation>Recibe por cada factor la correlación (r_precipitation.tif), su p y su signo (1 y −1 donde es significativa; si no, 0), el número de meses o años, y el número del factor más fuerte.</translation>
    </message>
    <message>
        <source>Gets koppen.tif, whose tags name the classes.</source>
        <translation>Recibe koppen.tif, cuyas etiquetas nombran las clases.</translation>
    </message>
    <message>
        <source>Gets method.json, samples, model, maps and reports.</source>
        <translation>Recibe method.json, muestras, modelo, mapas e informes.</translation>
    </message>
    <message>
        <source>Gets one GeoTIFF a day, sm_YYYYMMDD.tif, in m³ m⁻³, whose means over coarse cells are the coarse values. Under clouds, and for DISPATCH under dense vegetation, there is no value.</source>
        <translation>Recibe un GeoTIFF por día, sm_AAAAMMDD.tif, en m³ m⁻³, cuyas medias en las celdas gruesas son los valores gruesos. Bajo nubes, y con DISPATCH bajo vegetación densa, no hay valor.</translation>
    </message>
    <message>
        <source>Gets one GeoTIFF a day, sm_YYYYMMDD.tif, in m³ m⁻³. If maps are kriged, those of what pixels rest on lie in the folder filled. Those of the standard deviation lie in the folder sd, those of its parts in sd_model, sd_inputs and sd_coarse.</source>
        <translation>Recibe un GeoTIFF por día, sm_YYYYMMDD.tif, en m³ m⁻³. Si los mapas se krigean, los de aquello en que se apoyan los píxeles están en la carpeta filled. Los de la desviación estándar están en la carpeta sd, los de sus partes en sd_model, sd_inputs y sd_coarse.</translation>
    </message>
    <message>
        <source>Gets one map a day, in a folder for each index if there are several, and summary.csv.</source>
        <translation>Recibe un mapa por día, en una carpeta por índice si hay varios, y summary.csv.</translation>
    </message>
    <message>
        <source>Gets report.html, scores.csv, predictions.csv, costs.csv (time and size of each model), of repeated folds repeats.csv, with stations stations.csv, duels.csv, losses.csv and stations.gpkg, and in parts/ what is needed to go on after a stop.</source>
        <translation>Recibe report.html, scores.csv, predictions.csv, costs.csv (tiempo y tamaño de cada modelo); con pliegues repetidos, repeats.csv; con estaciones, stations.csv, duels.csv, losses.csv y stations.gpkg; y en parts/ lo necesario para continuar después de una parada.</translation>
    </message>
    <message>
        <source>Gets sm, the maps of days, sd, their standard deviations, m³ m⁻³, and maps of the errors.</source>
        <translation>Recibe sm, los mapas de los días, sd, sus desviaciones estándar, m³ m⁻³, y mapas de los errores.</translation>
    </message>
    <message>
        <source>Gets sm/ with a GeoTIFF a day in m³ m⁻³, filled/ (0 seen, 1 filled), held_out_rmse.tif, held_out_r2.tif, days_learned.tif, and summary.csv.</source>
        <translation>Recibe sm/ con un GeoTIFF por día en m³ m⁻³, filled/ (0 visto, 1 rellenado), held_out_rmse.tif, held_out_r2.tif, days_learned.tif y summary.csv.</translation>
    </message>
    <message>
        <source>Gets study.json, study_all.json and all the rasters and stations; delivered products in downloads/.</source>
        <translation>Recibe study.json, study_all.json y todos los rásteres y estaciones; los productos originales, en downloads/.</translation>
    </message>
    <message>
        <source>Gets the GeoTIFFs, and summary.csv with a line on every map and on every file that was left out. Several variables get a folder each.</source>
        <translation>Recibe los GeoTIFF y summary.csv, con una línea sobre cada mapa y sobre cada archivo omitido. Varias variables reciben una carpeta cada una.</translation>
    </message>
    <message>
        <source>Gets the folders dissimilarity (index; 1 is the mean distance between two samples), applicable (1 inside, 0 outside), pushed_out_by (number of a covariate in covariates.csv, 0 inside), and those asked for; tables of covariates and of sites to measure at.</source>
        <translation>Recibe las carpetas dissimilarity (índice; 1 es la distancia media entre dos muestras), applicable (1 dentro, 0 fuera), pushed_out_by (número de una covariable en covariates.csv, 0 dentro) y las que se pidan; tablas de covariables y de sitios donde medir.</translation>
    </message>
    <message>
        <source>Give either covariates by themselves, or a study that has them.</source>
        <translation>Indique covariables sueltas o un estudio que las tenga, no ambos.</translation>
    </message>
    <message>
        <source>Give either fine maps by themselves, or a folder of daily maps.</source>
        <translation>Indique mapas finos sueltos o una carpeta de mapas diarios, no ambos.</translation>
    </message>
    <message>
        <source>Give either rasters of one date, or a folder of dated rasters, to compare.</source>
        <translation>Indique rásteres de una fecha, o una carpeta de rásteres con fecha, para comparar.</translation>
    </message>
    <message>
        <source>Give every station the mean and standard deviation, or the whole distribution, of a reference at its place, so that stations of different sensors and soils can teach one model (Li et al. 2022). What was measured stays in the column soil_moisture_measured.</source>
        <translation>Dar a cada estación la media y la desviación estándar, o toda la distribución, de una referencia en su lugar, para que estaciones de distintos sensores y suelos puedan enseñar a un mismo modelo (Li et al. 2022). Lo medido se conserva en la columna soil_moisture_measured.</translation>
    </message>
    <message>
        <source>Give land pixels without some covariate the smooth field of the coarse product. Not for additive shift, multiplicative scaling and off.</source>
        <translation>Dar a los píxeles de tierra a los que falta alguna covariable el campo suave del producto grueso. No con desplazamiento aditivo, escalado multiplicativo ni sin coherencia.</translation>
    </message>
    <message>
        <source>Give one reference: a study, a folder of rasters, or a table.</source>
        <translation>Indique una referencia: un estudio, una carpeta de rásteres o una tabla.</translation>
    </message>
    <message>
        <source>Gives stations and the coarse product, where these are not given below; its rain is drawn, too.</source>
        <translation>Da las estaciones y el producto grueso cuando no se indican abajo; también se dibuja su lluvia.</translation>
    </message>
    <message>
        <source>Global EASE-Grid 2.0</source>
        <translation>EASE-Grid 2.0 global</translation>
    </message>
    <message>
        <source>Go on with a study file that exists already.</source>
        <translation>Continuar con un archivo de estudio que ya existe.</translation>
    </message>
    <message>
        <source>Go to the page of this step, with its settings filled in; then press Run.</source>
        <translation>Ir a la página de este paso, con sus ajustes rellenados; después pulse Ejecutar.</translation>
    </message>
    <message>
        <source>Good quality</source>
        <translation>Buena calidad</translation>
    </message>
    <message>
        <source>Good values only</source>
        <translation>Solo valores buenos</translation>
    </message>
    <message>
        <source>Gradient boosted trees (LightGBM) that learn stations from the coarse product, weather, vegetation and soil; made for boreal forests, 1 km and 250 m.</source>
        <translation>Árboles con potenciación de gradiente (LightGBM) que aprenden las estaciones del producto grueso, el tiempo atmosférico, la vegetación y el suelo; hechos para bosques boreales, 1 km y 250 m.</translation>
    </message>
    <message>
        <source>Gradient boosted trees (LightGBM) that learns the coarse product from covariates averaged over its cells; additive coarse consistency.</source>
        <translation>Árboles con potenciación de gradiente (LightGBM) que aprenden el producto grueso de covariables promediadas en sus celdas; coherencia aditiva con el producto grueso.</translation>
    </message>
    <message>
        <source>Gradient boosted trees (LightGBM) that learns the stations from covariates and the coarse product.</source>
        <translation>Árboles con potenciación de gradiente (LightGBM) que aprenden las estaciones de covariables y del producto grueso.</translation>
    </message>
    <message>
        <source>Gradient boosted trees of scikit-learn: accurate, needs no further package.</source>
        <translation>Árboles con potenciación de gradiente de scikit-learn: exactos, no necesitan otro paquete.</translation>
    </message>
    <message>
        <source>Gradient boosted trees with CatBoost: accurate, compared by Li et al. 2022. Its package, 270 MB, is optional.</source>
        <translation>Árboles con potenciación de gradiente de CatBoost: precisos, comparados por Li et al. 2022. Su paquete, de 270 MB, es opcional.</translation>
    </message>
    <message>
        <source>Gradient boosted trees with LightGBM: accurate and fast, small models.</source>
        <translation>Árboles con potenciación de gradiente de LightGBM: exactos y rápidos, modelos pequeños.</translation>
    </message>
    <message>
        <source>Gradient boosted trees with XGBoost: accurate, one of the five learners of Rao et al. 2022.</source>
        <translation>Árboles con potenciación de gradiente de XGBoost: exactos, uno de los cinco algoritmos de Rao et al. 2022.</translation>
    </message>
    <message>
        <source>Gradient boosting (CatBoost)</source>
        <translation>Potenciación de gradiente (CatBoost)</translation>
    </message>
    <message>
        <source>Gradient boosting (LightGBM)</source>
        <translation>Potenciación de gradiente (LightGBM)</translation>
    </message>
    <message>
        <source>Gradient boosting (XGBoost)</source>
        <translation>Potenciación de gradiente (XGBoost)</translation>
    </message>
    <message>
        <source>Gradient boosting (scikit-learn)</source>
        <translation>Potenciación de gradiente (scikit-learn)</translation>
    </message>
    <message>
        <source>Grid</source>
        <translation>Cuadrícula</translation>
    </message>
    <message>
        <source>Grid search</source>
        <translation>Búsqueda en cuadrícula</translation>
    </message>
    <message>
        <source>Guided first hour</source>
        <translation>Primera hora guiada</translation>
    </message>
    <message>
        <source>HTML page with all findings, the covariates, and what is valid on which day.</source>
        <translation>Página HTML con todos los hallazgos, las covariables y lo que es válido cada día.</translation>
    </message>
    <message>
        <source>Half the side of the square.</source>
        <translation>La mitad del lado del cuadrado.</translation>
    </message>
    <message>
        <source>Height</source>
        <translation>Altura</translation>
    </message>
    <message>
        <source>Height above the mean of the surroundings, in m.</source>
        <translation>Altura sobre la media del entorno, en m.</translation>
    </message>
    <message>
        <source>Held out by folds</source>
        <translation>Reservado por los pliegues</translation>
    </message>
    <message>
        <source>Held-out predictions</source>
        <translation>Predicciones de muestras reservadas</translation>
    </message>
    <message>
        <source>Held-out predictions, by season, class and place</source>
        <translation>Predicciones de muestras reservadas, por estación del año, clase y lugar</translation>
    </message>
    <message>
        <source>Higher values draw the coefficients to zero; 0 is least squares.</source>
        <translation>Los valores más altos acercan los coeficientes a cero; 0 son mínimos cuadrados.</translation>
    </message>
    <message>
        <source>Higher values follow the samples closer.</source>
        <translation>Los valores más altos siguen más de cerca las muestras.</translation>
    </message>
    <message>
        <source>Higher values give a smoother map and a smaller model.</source>
        <translation>Los valores más altos dan un mapa más suave y un modelo más pequeño.</translation>
    </message>
    <message>
        <source>Higher values give a smoother map.</source>
        <translation>Los valores más altos dan un mapa más suave.</translation>
    </message>
    <message>
        <source>Highest quality flag</source>
        <translation>Marca de calidad más alta</translation>
    </message>
    <message>
        <source>Hold the last value</source>
        <translation>Mantener el último valor</translation>
    </message>
    <message>
        <source>Hour</source>
        <translation>Hora</translation>
    </message>
    <message>
        <source>Hour of L4</source>
        <translation>Hora de L4</translation>
    </message>
    <message>
        <source>Hour of the day</source>
        <translation>Hora del día</translation>
    </message>
    <message>
        <source>Hours</source>
        <translation>Horas</translation>
    </message>
    <message>
        <source>Hours before</source>
        <translation>Horas anteriores</translation>
    </message>
    <message>
        <source>Hours from UTC</source>
        <translation>Horas respecto a UTC</translation>
    </message>
    <message>
        <source>How a raster that is coarser than the grid gives a value for a pixel. One that is finer is averaged by area over its valid values.</source>
        <translation>Cómo un ráster más grueso que la cuadrícula da un valor a un píxel. Uno más fino se promedia por área sobre sus valores válidos.</translation>
    </message>
    <message>
        <source>How each was changed</source>
        <translation>Cómo se cambió cada una</translation>
    </message>
    <message>
        <source>How far local standard time is ahead of UTC. Empty: the longitude of a station divided by 15, as whole hours.</source>
        <translation>Cuánto se adelanta la hora estándar local a UTC. Vacío: la longitud de la estación dividida por 15, en horas enteras.</translation>
    </message>
    <message>
        <source>How file names hold the day, as %Y%m%d for 20230501 or %Y%j for 2023121, or the hour too, as %Y%m%d%H; empty: guessed.</source>
        <translation>Cómo contienen el día los nombres de archivo, por ejemplo %Y%m%d para 20230501 o %Y%j para 2023121, o también la hora, como %Y%m%d%H; vacío: se deduce.</translation>
    </message>
    <message>
        <source>How file names hold the day, as %Y%m%d or A%Y%j; empty: guessed. Only where the files have no time axis.</source>
        <translation>Cómo contienen el día los nombres de archivo, por ejemplo %Y%m%d o A%Y%j; vacío: se deduce. Solo si los archivos no tienen eje de tiempo.</translation>
    </message>
    <message>
        <source>How good are they?</source>
        <translation>¿Qué calidad tienen?</translation>
    </message>
    <message>
        <source>How good they are</source>
        <translation>Qué calidad tienen</translation>
    </message>
    <message>
        <source>How maps are brought to the coarse product. By default as the method says: automatic in SoilSharp's own, off in the published ones. What each way does stands with the step Downscale series.</source>
        <translation>Cómo se llevan los mapas al producto grueso. Por defecto como dice el método: automática en el propio de SoilSharp, desactivada en los publicados. Lo que hace cada forma está en el paso Reducir la escala de una serie.</translation>
    </message>
    <message>
        <source>How often each covariate is shuffled for its permutation importance.</source>
        <translation>Cuántas veces se baraja cada covariable para su importancia por permutación.</translation>
    </message>
    <message>
        <source>How rasters give a value for a day, where the guess does not suit: 'name: rule length', separated by semicolons. Rules: same_day, nearest, hold, linear (length: longest gap in days), sum_before and mean_before (length in days, or in hours as 72h; 'at 6' ends it at 6 UTC; 'without day' leaves the day itself out). 'new = name: ...' makes a second covariate of the same rasters, 'new = name - other' the difference of two. Example: rain: sum_before 3; rain_10d = rain: sum_before 10 without day; ndvi: linear 32</source>
        <translation>Cómo dan los rásteres un valor para un día, cuando lo deducido no conviene: 'nombre: regla longitud', separados por punto y coma. Reglas: same_day, nearest, hold, linear (longitud: hueco máximo en días), sum_before y mean_before (longitud en días, o en horas como 72h; 'at 6' termina a las 6 UTC; 'without day' excluye el propio día). 'nuevo = nombre: ...' crea una segunda covariable de los mismos rásteres; 'nuevo = nombre - otro', la diferencia de dos. Ejemplo: rain: sum_before 3; rain_10d = rain: sum_before 10 without day; ndvi: linear 32</translation>
    </message>
    <message>
        <source>How the parts speak together where maps are not kriged. weighted: by least squares of the folds, never below 0. mean: all alike. best: the one with the least error of the folds.</source>
        <translation>Cómo hablan juntas las partes donde los mapas no son de kriging. weighted: por mínimos cuadrados de los pliegues, nunca por debajo de 0. mean: todas por igual. best: la de menor error en los pliegues.</translation>
    </message>
    <message>
        <source>How the sub-folders or files are called: modis: red b01, nir b02, blue b03, green b04, swir124 b05, swir1 b06, swir2 b07; landsat 8: red B4, nir B5, blue B2, green B3, swir1 B6, swir2 B7; sentinel-2: red B04, nir B08, blue B02, green B03, swir1 B11, swir2 B12. Own: only as said in the next line.</source>
        <translation>Cómo se llaman las subcarpetas o los archivos: modis: red b01, nir b02, blue b03, green b04, swir124 b05, swir1 b06, swir2 b07; landsat 8: red B4, nir B5, blue B2, green B3, swir1 B6, swir2 B7; sentinel-2: red B04, nir B08, blue B02, green B03, swir1 B11, swir2 B12. Nombres propios: solo como se dice en la línea siguiente.</translation>
    </message>
    <message>
        <source>How the training part is divided again for the search.</source>
        <translation>Cómo se divide de nuevo la parte de entrenamiento para la búsqueda.</translation>
    </message>
    <message>
        <source>How to &amp;use SoilSharp</source>
        <translation>Cómo &amp;usar SoilSharp</translation>
    </message>
    <message>
        <source>How to learn</source>
        <translation>Cómo aprender</translation>
    </message>
    <message>
        <source>Import AmeriFlux and FLUXNET stations</source>
        <translation>Importar estaciones AmeriFlux y FLUXNET</translation>
    </message>
    <message>
        <source>Import ERA5-Land</source>
        <translation>Importar ERA5-Land</translation>
    </message>
    <message>
        <source>Import ISMN stations</source>
        <translation>Importar estaciones ISMN</translation>
    </message>
    <message>
        <source>Import MODIS or VIIRS</source>
        <translation>Importar MODIS o VIIRS</translation>
    </message>
    <message>
        <source>Import SMAP</source>
        <translation>Importar SMAP</translation>
    </message>
    <message>
        <source>Import SoilGrids and other static rasters</source>
        <translation>Importar SoilGrids y otros rásteres estáticos</translation>
    </message>
    <message>
        <source>Import USCRN stations</source>
        <translation>Importar estaciones USCRN</translation>
    </message>
    <message>
        <source>Import dated grids</source>
        <translation>Importar cuadrículas con fecha</translation>
    </message>
    <message>
        <source>Import station table</source>
        <translation>Importar tabla de estaciones</translation>
    </message>
    <message>
        <source>Importance</source>
        <translation>Importancia</translation>
    </message>
    <message>
        <source>Impossible above</source>
        <translation>Imposible por encima de</translation>
    </message>
    <message>
        <source>In degrees from north, and its sine and cosine, which learners need.</source>
        <translation>En grados desde el norte, y su seno y coseno, que los algoritmos de aprendizaje necesitan.</translation>
    </message>
    <message>
        <source>In degrees.</source>
        <translation>En grados.</translation>
    </message>
    <message>
        <source>In m above sea level; in any reference system.</source>
        <translation>En m sobre el nivel del mar; en cualquier sistema de referencia.</translation>
    </message>
    <message>
        <source>In m³ m⁻³. Needed to keep the coarse means, and by models that learned from it.</source>
        <translation>En m³ m⁻³. Necesario para conservar las medias gruesas, y para los modelos que aprendieron de él.</translation>
    </message>
    <message>
        <source>In place of the side in coarse cells, and rounded up to whole ones. 0 leaves it to that setting.</source>
        <translation>En lugar del lado en celdas gruesas, y redondeado hacia arriba a celdas enteras. 0 lo deja a ese ajuste.</translation>
    </message>
    <message>
        <source>In °C, or in kelvin.</source>
        <translation>En °C o en kelvin.</translation>
    </message>
    <message>
        <source>Indices</source>
        <translation>Índices</translation>
    </message>
    <message>
        <source>Install: {}</source>
        <translation>Instalar: {}</translation>
    </message>
    <message>
        <source>Installed into {}</source>
        <translation>Instalado en {}</translation>
    </message>
    <message>
        <source>Installed, but it cannot be used: {}. Start QGIS again; if that does not help, press Undo.</source>
        <translation>Instalado, pero no se puede usar: {}. Reinicie QGIS; si no ayuda, pulse Deshacer.</translation>
    </message>
    <message>
        <source>Installed. It can be used at once.</source>
        <translation>Instalado. Se puede usar de inmediato.</translation>
    </message>
    <message>
        <source>Interpolate series</source>
        <translation>Interpolar series</translation>
    </message>
    <message>
        <source>Intervals come from drawing days anew, so many in a row, since the soil of one day is like that of the next. Five such blocks are needed.</source>
        <translation>Los intervalos salen de sortear de nuevo los días, tantos seguidos, pues el suelo de un día es como el del siguiente. Hacen falta cinco de estos bloques.</translation>
    </message>
    <message>
        <source>Inverse of the kernel's squared width: higher values make the kernel narrower and follow finer relations. 0 takes 1 / number of columns.</source>
        <translation>Inverso del ancho del núcleo al cuadrado: los valores más altos estrechan el núcleo y siguen relaciones más finas. 0 toma 1 / número de columnas.</translation>
    </message>
    <message>
        <source>It gives the grid.</source>
        <translation>Da la cuadrícula.</translation>
    </message>
    <message>
        <source>Its R² with the truth in the median</source>
        <translation>Su R² con la verdad en la mediana</translation>
    </message>
    <message>
        <source>Its coarse soil moisture, or the covariate named below, at the pixel of each station.</source>
        <translation>Su humedad del suelo gruesa, o la covariable indicada abajo, en el píxel de cada estación.</translation>
    </message>
    <message>
        <source>Its day</source>
        <translation>Su día</translation>
    </message>
    <message>
        <source>Its dekad</source>
        <translation>Su década (10 días)</translation>
    </message>
    <message>
        <source>Its error in the median, standard deviation, m³ m⁻³</source>
        <translation>Su error en la mediana, desviación estándar, m³ m⁻³</translation>
    </message>
    <message>
        <source>Its month</source>
        <translation>Su mes</translation>
    </message>
    <message>
        <source>Its rain is drawn below the time series of the report.</source>
        <translation>Su lluvia se dibuja debajo de las series temporales del informe.</translation>
    </message>
    <message>
        <source>Its signal-to-noise ratio in the median, dB</source>
        <translation>Su relación señal-ruido en la mediana, dB</translation>
    </message>
    <message>
        <source>Its week</source>
        <translation>Su semana</translation>
    </message>
    <message>
        <source>Its year</source>
        <translation>Su año</translation>
    </message>
    <message>
        <source>JSON with the line by which each station was changed, so that results can be brought back.</source>
        <translation>JSON con la recta por la que se cambió cada estación, para poder devolver los resultados a su escala.</translation>
    </message>
    <message>
        <source>Jääskeläinen et al. 2025: gradient boosting from stations</source>
        <translation>Jääskeläinen et al. 2025: potenciación de gradiente a partir de estaciones</translation>
    </message>
    <message>
        <source>K</source>
        <translation>K</translation>
    </message>
    <message>
        <source>Keep coarse means</source>
        <translation>Conservar medias gruesas</translation>
    </message>
    <message>
        <source>Kept from this share on</source>
        <translation>Se conserva desde esta parte</translation>
    </message>
    <message>
        <source>Kept in {}. Lines below count before those above.</source>
        <translation>Se guarda en {}. Las líneas de abajo cuentan antes que las de arriba.</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Tipo</translation>
    </message>
    <message>
        <source>Known as</source>
        <translation>Conocida como</translation>
    </message>
    <message>
        <source>Köppen climate class</source>
        <translation>clase climática de Köppen</translation>
    </message>
    <message>
        <source>Köppen climate classes</source>
        <translation>Clases climáticas de Köppen</translation>
    </message>
    <message>
        <source>L&amp;eave</source>
        <translation>&amp;Dejar</translation>
    </message>
    <message>
        <source>L2 regularization</source>
        <translation>Regularización L2</translation>
    </message>
    <message>
        <source>LSWI</source>
        <translation>LSWI</translation>
    </message>
    <message>
        <source>Lambda</source>
        <translation>Lambda</translation>
    </message>
    <message>
        <source>Land cover</source>
        <translation>Cobertura del suelo</translation>
    </message>
    <message>
        <source>Land cover fraction and mask</source>
        <translation>Fracción y máscara de cobertura del suelo</translation>
    </message>
    <message>
        <source>Land cover map</source>
        <translation>Mapa de cobertura del suelo</translation>
    </message>
    <message>
        <source>Land surface temperature, day</source>
        <translation>Temperatura superficial del suelo, día</translation>
    </message>
    <message>
        <source>Land surface temperature, night</source>
        <translation>Temperatura superficial del suelo, noche</translation>
    </message>
    <message>
        <source>Landsat 8 and 9</source>
        <translation>Landsat 8 y 9</translation>
    </message>
    <message>
        <source>Landscape analysis</source>
        <translation>Análisis del paisaje</translation>
    </message>
    <message>
        <source>Largest deviation of a coarse mean that is left, m³ m⁻³</source>
        <translation>Mayor desviación que queda en una media gruesa, m³ m⁻³</translation>
    </message>
    <message>
        <source>Largest deviation of a coarse mean that was made exact, m³ m⁻³</source>
        <translation>Mayor desviación de una media gruesa que se hizo exacta, m³ m⁻³</translation>
    </message>
    <message>
        <source>Largest dissimilarity index inside</source>
        <translation>Mayor índice de disimilitud dentro</translation>
    </message>
    <message>
        <source>Last day</source>
        <translation>Último día</translation>
    </message>
    <message>
        <source>Last day that has a map</source>
        <translation>Último día con mapa</translation>
    </message>
    <message>
        <source>Last day that has a value</source>
        <translation>Último día con valor</translation>
    </message>
    <message>
        <source>Last observation carried forward</source>
        <translation>Última observación mantenida</translation>
    </message>
    <message>
        <source>Latitude</source>
        <translation>Latitud</translation>
    </message>
    <message>
        <source>Latitude column</source>
        <translation>Columna de latitud</translation>
    </message>
    <message>
        <source>Layer by its own name</source>
        <translation>Capa por su propio nombre</translation>
    </message>
    <message>
        <source>Layer of L4</source>
        <translation>Capa de L4</translation>
    </message>
    <message>
        <source>Layers or files; of several bands each that has a name becomes a map.</source>
        <translation>Capas o archivos; de varias bandas, cada una que tenga nombre se convierte en un mapa.</translation>
    </message>
    <message>
        <source>Layout</source>
        <translation>Disposición</translation>
    </message>
    <message>
        <source>Leaf area index</source>
        <translation>Índice de área foliar</translation>
    </message>
    <message>
        <source>Learn</source>
        <translation>Aprender</translation>
    </message>
    <message>
        <source>Learn from</source>
        <translation>Aprender de</translation>
    </message>
    <message>
        <source>Learned from</source>
        <translation>Se aprendió de</translation>
    </message>
    <message>
        <source>Learner</source>
        <translation>Algoritmo</translation>
    </message>
    <message>
        <source>Learner with the least error under the hardest folds</source>
        <translation>Algoritmo con el menor error en los pliegues más difíciles</translation>
    </message>
    <message>
        <source>Learners</source>
        <translation>Algoritmos de aprendizaje</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>Tasa de aprendizaje</translation>
    </message>
    <message>
        <source>Leave each covariate out</source>
        <translation>Dejar fuera cada covariable</translation>
    </message>
    <message>
        <source>Leave one covariate out</source>
        <translation>Dejar fuera una covariable</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>Omitir</translation>
    </message>
    <message>
        <source>Leave out dense vegetation</source>
        <translation>Omitir vegetación densa</translation>
    </message>
    <message>
        <source>Leave out frozen ground</source>
        <translation>Omitir suelo helado</translation>
    </message>
    <message>
        <source>Leave out mountains</source>
        <translation>Omitir montañas</translation>
    </message>
    <message>
        <source>Leave out snow and ice</source>
        <translation>Omitir nieve y hielo</translation>
    </message>
    <message>
        <source>Leave out soil moisture on coarse cells</source>
        <translation>Dejar fuera la humedad del suelo en celdas gruesas</translation>
    </message>
    <message>
        <source>Leave out urban areas</source>
        <translation>Omitir zonas urbanas</translation>
    </message>
    <message>
        <source>Leaves per tree</source>
        <translation>Hojas por árbol</translation>
    </message>
    <message>
        <source>Legend</source>
        <translation>Leyenda</translation>
    </message>
    <message>
        <source>Length of the period.</source>
        <translation>Longitud del período.</translation>
    </message>
    <message>
        <source>Length of the sum or mean.</source>
        <translation>Longitud de la suma o media.</translation>
    </message>
    <message>
        <source>Less, once scaled, is unknown.</source>
        <translation>Lo que sea menor, una vez escalado, es desconocido.</translation>
    </message>
    <message>
        <source>Level of the intervals</source>
        <translation>Nivel de los intervalos</translation>
    </message>
    <message>
        <source>Li et al. 2022: random forest for each depth</source>
        <translation>Li et al. 2022: bosque aleatorio para cada profundidad</translation>
    </message>
    <message>
        <source>Linear (ridge)</source>
        <translation>Lineal (ridge)</translation>
    </message>
    <message>
        <source>Linear interpolation</source>
        <translation>Interpolación lineal</translation>
    </message>
    <message>
        <source>Linear part sees classes</source>
        <translation>La parte lineal ve las clases</translation>
    </message>
    <message>
        <source>Load the maps</source>
        <translation>Cargar los mapas</translation>
    </message>
    <message>
        <source>Loading packages…</source>
        <translation>Cargando paquetes…</translation>
    </message>
    <message>
        <source>Local solar time</source>
        <translation>Hora solar local</translation>
    </message>
    <message>
        <source>Local standard time</source>
        <translation>Hora estándar local</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Registro</translation>
    </message>
    <message>
        <source>Longest gap</source>
        <translation>Hueco máximo</translation>
    </message>
    <message>
        <source>Longest record</source>
        <translation>Registro más largo</translation>
    </message>
    <message>
        <source>Longest scale</source>
        <translation>Escala más larga</translation>
    </message>
    <message>
        <source>Longitude</source>
        <translation>Longitud</translation>
    </message>
    <message>
        <source>Longitude and latitude in degrees</source>
        <translation>Longitud y latitud en grados</translation>
    </message>
    <message>
        <source>Longitude and latitude in degrees, as 11.25, 49.5; Enter shows their pixel.</source>
        <translation>Longitud y latitud en grados, como 11.25, 49.5; Intro muestra su píxel.</translation>
    </message>
    <message>
        <source>Longitude column</source>
        <translation>Columna de longitud</translation>
    </message>
    <message>
        <source>Look at everything that a study names before anything long starts: cover and age of each covariate and day, places that do not overlap, units that look wrong, stations off the grid, days without coarse data. Problems are told in the log, in a table and in a report; nothing is changed.</source>
        <translation>Examinar todo lo que nombra un estudio antes de que empiece nada largo: cobertura y antigüedad de cada covariable y día, lugares que no se solapan, unidades que parecen erróneas, estaciones fuera de la cuadrícula, días sin datos gruesos. Los problemas se indican en el registro, en una tabla y en un informe; no se cambia nada.</translation>
    </message>
    <message>
        <source>Look at fine maps and their covariates in squares of the ground: how soil moisture varies between and inside them, and by principal components with which properties of the ground it goes, on a wet and a dry day.</source>
        <translation>Examinar mapas finos y sus covariables en cuadrados del terreno: cómo varía la humedad del suelo entre ellos y dentro de ellos, y, por componentes principales, con qué propiedades del terreno va, en un día húmedo y en uno seco.</translation>
    </message>
    <message>
        <source>Looking at the covariates…</source>
        <translation>Examinando las covariables…</translation>
    </message>
    <message>
        <source>Looking at the packages…</source>
        <translation>Examinando los paquetes…</translation>
    </message>
    <message>
        <source>Looking for what is missing…</source>
        <translation>Buscando lo que falta…</translation>
    </message>
    <message>
        <source>Loss of RMSE on single cells after learning from 2 x 2 cells, %</source>
        <translation>Pérdida de RMSE en celdas sueltas tras aprender de 2 x 2 celdas, %</translation>
    </message>
    <message>
        <source>Loss of RMSE on single cells after learning from 4 x 4 cells, %</source>
        <translation>Pérdida de RMSE en celdas sueltas tras aprender de 4 x 4 celdas, %</translation>
    </message>
    <message>
        <source>Losses by scale</source>
        <translation>Pérdidas por escala</translation>
    </message>
    <message>
        <source>Lower values make trees more unlike.</source>
        <translation>Los valores más bajos hacen los árboles más distintos entre sí.</translation>
    </message>
    <message>
        <source>MFD-md</source>
        <translation>MFD-md</translation>
    </message>
    <message>
        <source>MODIS</source>
        <translation>MODIS</translation>
    </message>
    <message>
        <source>MODIS MCD12Q1 (IGBP)</source>
        <translation>MODIS MCD12Q1 (IGBP)</translation>
    </message>
    <message>
        <source>MODIS or VIIRS</source>
        <translation>MODIS o VIIRS</translation>
    </message>
    <message>
        <source>Make a daily coarse product: each coarse cell learns its soil moisture through time from its own weather and vegetation, and tells the days on which the satellite did not see it. What is filled is marked, and maps tell how well days are met that were left out.</source>
        <translation>Generar un producto grueso diario: cada celda gruesa aprende su humedad del suelo a lo largo del tiempo de su propio tiempo atmosférico y su vegetación, y responde por los días en que el satélite no la vio. Lo rellenado se marca, y unos mapas dicen con qué acierto se predicen los días que se apartaron.</translation>
    </message>
    <message>
        <source>Make a table of daily values of an archive of the International Soil Moisture Network, zipped or unpacked, in either of its layouts. Readings with other flags than those that count are left out.</source>
        <translation>Generar una tabla de valores diarios de un archivo de la International Soil Moisture Network, comprimido o descomprimido, en cualquiera de sus disposiciones. Se omiten las lecturas con marcas distintas de las que cuentan.</translation>
    </message>
    <message>
        <source>Make a table of daily values of any table of soil moisture: CSV, Excel or a layer of points, long or with a column for each depth or station. Columns, dates, decimal commas, encoding and unit are found out and told; what has two meanings is asked for.</source>
        <translation>Generar una tabla de valores diarios de cualquier tabla de humedad del suelo: CSV, Excel o una capa de puntos, larga o con una columna por profundidad o por estación. Columnas, fechas, comas decimales, codificación y unidad se averiguan y se indican; lo que tiene dos significados se pregunta.</translation>
    </message>
    <message>
        <source>Make a table of daily values of half-hourly files of flux towers: AmeriFlux BASE, AmeriFlux FLUXNET and FLUXNET2015. The files say neither where a site is nor how deep its sensors are, so both are asked for unless the BADM tables lie beside them.</source>
        <translation>Generar una tabla de valores diarios de archivos semihorarios de torres de flujo: AmeriFlux BASE, AmeriFlux FLUXNET y FLUXNET2015. Los archivos no dicen ni dónde está un sitio ni a qué profundidad están sus sensores, así que se piden ambas cosas salvo que las tablas BADM estén al lado.</translation>
    </message>
    <message>
        <source>Make covariates of maps that hold for all days. SoilGrids 2.0 as downloaded (silt_0-5cm_mean.tif and others, whole or in tiles) is brought to usual units: percent, kg/dm3, pH. Its error is written beside it. Other rasters, as elevation or porosity, are taken as they are, or with a scale and an offset.</source>
        <translation>Generar covariables de mapas que valen todos los días. SoilGrids 2.0 tal como se descarga (silt_0-5cm_mean.tif y otros, completo o en teselas) se lleva a unidades habituales: porcentaje, kg/dm3, pH. Su error se escribe al lado. Otros rásteres, como elevación o porosidad, se toman como están, o con una escala y un desplazamiento.</translation>
    </message>
    <message>
        <source>Make dated maps of one variable from MODIS or VIIRS land products as they were downloaded: vegetation indices (13), land surface temperature (11, 21), LAI and FAPAR (15), evapotranspiration (16), surface reflectance (09), albedo (43) and land cover (12). Tiles of a day, and Terra and Aqua, become one map; the quality layers decide what is kept, and the log says in words what that was.</source>
        <translation>Generar mapas con fecha de una variable de los productos terrestres de MODIS o VIIRS tal como se descargaron: índices de vegetación (13), temperatura superficial (11, 21), LAI y FAPAR (15), evapotranspiración (16), reflectancia superficial (09), albedo (43) y cobertura del suelo (12). Las teselas de un día, y Terra y Aqua, forman un solo mapa; las capas de calidad deciden qué se conserva, y el registro dice en palabras qué fue.</translation>
    </message>
    <message>
        <source>Make one map a day of soil moisture from SMAP files as they were downloaded: L3 with cells of 36 km, L3 enhanced with cells of 9 km, and L4. Cells are put where they are on EASE-Grid 2.0, which is compared with the latitude and longitude in the files, and poor retrievals are left out by their quality flags. The folder of maps can be used at once as coarse soil moisture of a study.</source>
        <translation>Generar un mapa diario de humedad del suelo de los archivos SMAP tal como se descargaron: L3 con celdas de 36 km, L3 mejorado con celdas de 9 km, y L4. Las celdas se colocan en su lugar de la EASE-Grid 2.0, que se compara con la latitud y la longitud de los archivos, y las estimaciones deficientes se omiten por sus marcas de calidad. La carpeta de mapas puede usarse enseguida como humedad del suelo gruesa de un estudio.</translation>
    </message>
    <message>
        <source>Make one product out of several coarse ones: the mean of every day, weighted at every pixel by how small the errors are that triple collocation tells of three or more products. Each is brought to the mean and the scale of one of them first; where one lacks, the others share its weight.</source>
        <translation>Hace un producto de varios gruesos: la media de cada día, ponderada en cada píxel según lo pequeños que son los errores que la triple colocación dice de tres o más productos. Antes, cada uno se lleva a la media y la escala de uno de ellos; donde falta uno, los demás se reparten su peso.</translation>
    </message>
    <message>
        <source>Make one raster for every day from rasters that come every few days, as vegetation indices every 16 days: along lines, holding the last, taking the nearest, or along a smooth curve. Every pixel rests on its own observations, so clouds are passed over. On request a second folder tells how old each value is. A study does the first three by itself; files are needed for curves, for two satellites, and for other programs.</source>
        <translation>Generar un ráster para cada día de rásteres que llegan cada varios días, como los índices de vegetación cada 16 días: a lo largo de rectas, manteniendo el último, tomando el más próximo, o a lo largo de una curva suave. Cada píxel se basa en sus propias observaciones, así que se salvan las nubes. Si se pide, una segunda carpeta dice qué antigüedad tiene cada valor. Un estudio hace lo primero por sí mismo; los archivos hacen falta para curvas, para dos satélites y para otros programas.</translation>
    </message>
    <message>
        <source>Make one table of the daily files of the U.S. Climate Reference Network (product Daily01), of as many stations and years as there are. Its days are of local standard time.</source>
        <translation>Generar una tabla de los archivos diarios de la U.S. Climate Reference Network (producto Daily01), de tantas estaciones y años como haya. Sus días son de hora estándar local.</translation>
    </message>
    <message>
        <source>Make ready</source>
        <translation>Preparar</translation>
    </message>
    <message>
        <source>Make the fine map of every day of a study with a trained model. The maps are loaded with their days: the temporal controller of QGIS plays them.</source>
        <translation>Generar el mapa fino de cada día de un estudio con un modelo entrenado. Los mapas se cargan con sus días: el controlador temporal de QGIS los reproduce.</translation>
    </message>
    <message>
        <source>Make the fine map of one date from one raster per covariate. The rasters are matched with the model by name, aligned on the fly to the finest of them, and may have any reference system.</source>
        <translation>Generar el mapa fino de una fecha de un ráster por covariable. Los rásteres se emparejan con el modelo por nombre, se alinean sobre la marcha al más fino de ellos y pueden tener cualquier sistema de referencia.</translation>
    </message>
    <message>
        <source>Make the training table of a table that already has soil moisture and covariates side by side, as from a field campaign. Rows without soil moisture or without any covariate are left out and counted; gaps in others stay, for learners that take them.</source>
        <translation>Generar la tabla de entrenamiento de una tabla que ya tiene la humedad del suelo y las covariables una junto a otra, como la de una campaña de campo. Las filas sin humedad del suelo o sin ninguna covariable se omiten y se cuentan; los huecos de las demás se quedan, para los algoritmos que los aceptan.</translation>
    </message>
    <message>
        <source>Make the training table of the coarse product: for every coarse cell and day its soil moisture, and the covariates brought to the cell.</source>
        <translation>Generar la tabla de entrenamiento del producto grueso: para cada celda gruesa y día, su humedad del suelo y las covariables llevadas a la celda.</translation>
    </message>
    <message>
        <source>Make the training table of the stations: for every station and day the measured soil moisture, and the covariates at the station's pixel. The coarse product is one of the covariates, if the study has one.</source>
        <translation>Generar la tabla de entrenamiento de las estaciones: para cada estación y día, la humedad del suelo medida y las covariables en el píxel de la estación. El producto grueso es una de las covariables, si el estudio lo tiene.</translation>
    </message>
    <message>
        <source>Make up a region whose fine soil moisture is known: terrain, weather, a daily water balance, and what a coarse sensor, stations and covariates see of it. The result is a study that every other step can use. A second study, study_all.json, has further covariates: land cover in five classes, the surface temperature at night, and coarse products of two layers below the top 10 cm.</source>
        <translation>Inventar una región cuya humedad del suelo fina se conoce: relieve, tiempo atmosférico, un balance hídrico diario, y lo que de ella ven un sensor grueso, estaciones y covariables. El resultado es un estudio que todos los demás pasos pueden usar. Un segundo estudio, study_all.json, tiene más covariables: cobertura del suelo en cinco clases, la temperatura superficial de noche, y productos gruesos de dos capas por debajo de los 10 cm superiores.</translation>
    </message>
    <message>
        <source>Manifest</source>
        <translation>Manifiesto</translation>
    </message>
    <message>
        <source>Map SHAP values</source>
        <translation>Cartografiar valores SHAP</translation>
    </message>
    <message>
        <source>Map and station</source>
        <translation>Mapa y estación</translation>
    </message>
    <message>
        <source>Map by how much each covariate makes the prediction of a pixel wetter or drier on each day, against the mean prediction of the samples. About how long it takes is told before the first map.</source>
        <translation>Cartografiar cuánto más húmeda o más seca hace cada covariable la predicción de un píxel cada día, frente a la predicción media de las muestras. Antes del primer mapa se indica cuánto tarda aproximadamente.</translation>
    </message>
    <message>
        <source>Map of classes, as CORINE, MCD12Q1 or WorldCover.</source>
        <translation>Mapa de clases, como CORINE, MCD12Q1 o WorldCover.</translation>
    </message>
    <message>
        <source>Map of the standard deviation</source>
        <translation>Mapa de la desviación estándar</translation>
    </message>
    <message>
        <source>Map on each day how unlike a pixel is to the samples that a model has learned from, where that is too much for its scores to hold, and which covariate makes it so. Sites are proposed where measuring next would help most.</source>
        <translation>Cartografiar cada día cuánto difiere un píxel de las muestras de las que ha aprendido un modelo, dónde es demasiado para que valgan sus métricas y qué covariable lo causa. Se proponen sitios donde medir a continuación ayudaría más.</translation>
    </message>
    <message>
        <source>Map the area of applicability</source>
        <translation>Cartografiar el área de aplicabilidad</translation>
    </message>
    <message>
        <source>Map the climate classes of Köppen and Geiger from temperature and rain of a year or more, by the rules of Peel et al. (2007) and Beck et al. (2018), for scores and weights by climate.</source>
        <translation>Cartografiar las clases climáticas de Köppen y Geiger a partir de temperatura y lluvia de un año o más, por las reglas de Peel et al. (2007) y Beck et al. (2018), para métricas y pesos por clima.</translation>
    </message>
    <message>
        <source>Maps of every compared model</source>
        <translation>Mapas de cada modelo comparado</translation>
    </message>
    <message>
        <source>Maps of several days are compared with the means of stations, and of daily products, over the same days. auto: as the maps say, or the two dates in all their names; else months where all begin one, dekads where all are of the 1st, 11th or 21st, else the day.</source>
        <translation>Los mapas de varios días se comparan con las medias de las estaciones, y de los productos diarios, en los mismos días. auto: como digan los mapas, o las dos fechas en todos sus nombres; si no, meses si todos empiezan uno, décadas si todos son del 1, 11 o 21; si no, el día.</translation>
    </message>
    <message>
        <source>Maps of the point density</source>
        <translation>Mapas de la densidad de puntos</translation>
    </message>
    <message>
        <source>Maps of the standard deviation</source>
        <translation>Mapas de la desviación estándar</translation>
    </message>
    <message>
        <source>Maps packed as integers, to share them</source>
        <translation>Mapas empaquetados como enteros, para compartirlos</translation>
    </message>
    <message>
        <source>Maps to mask</source>
        <translation>Mapas que enmascarar</translation>
    </message>
    <message>
        <source>Maps, and what was left out</source>
        <translation>Mapas y lo que se omitió</translation>
    </message>
    <message>
        <source>Maps, the coarse product as it is, and the coarse product interpolated, on the same stations and days. Only if the maps beat the interpolation have the covariates told something.</source>
        <translation>Los mapas, el producto grueso tal cual y el producto grueso interpolado, en las mismas estaciones y días. Solo si los mapas superan a la interpolación han dicho algo las covariables.</translation>
    </message>
    <message>
        <source>Marks</source>
        <translation>Votos en contra</translation>
    </message>
    <message>
        <source>Mask</source>
        <translation>Máscara</translation>
    </message>
    <message>
        <source>Maximum</source>
        <translation>Máximo</translation>
    </message>
    <message>
        <source>Maximum depth</source>
        <translation>Profundidad máxima</translation>
    </message>
    <message>
        <source>Maximum epochs</source>
        <translation>Máximo de épocas</translation>
    </message>
    <message>
        <source>Maximum error of LST</source>
        <translation>Error máximo de la LST</translation>
    </message>
    <message>
        <source>Maximum number of bins</source>
        <translation>Número máximo de intervalos</translation>
    </message>
    <message>
        <source>Maximum open water</source>
        <translation>Máximo de agua en superficie</translation>
    </message>
    <message>
        <source>Maximum samples</source>
        <translation>Máximo de muestras</translation>
    </message>
    <message>
        <source>Maximum valid value</source>
        <translation>Valor válido máximo</translation>
    </message>
    <message>
        <source>Maximum water content</source>
        <translation>Contenido máximo de agua</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>Media</translation>
    </message>
    <message>
        <source>Mean SD of soil moisture inside the squares of the first map, m³ m⁻³</source>
        <translation>DE media de la humedad del suelo dentro de los cuadrados del primer mapa, m³ m⁻³</translation>
    </message>
    <message>
        <source>Mean and standard deviation</source>
        <translation>Media y desviación estándar</translation>
    </message>
    <message>
        <source>Mean fraction of the classes</source>
        <translation>Fracción media de las clases</translation>
    </message>
    <message>
        <source>Mean fraction of the land hidden by clouds.</source>
        <translation>Fracción media del terreno oculta por nubes.</translation>
    </message>
    <message>
        <source>Mean of a range</source>
        <translation>Media de un intervalo</translation>
    </message>
    <message>
        <source>Mean of both</source>
        <translation>Media de ambos</translation>
    </message>
    <message>
        <source>Mean of the true soil moisture, m³ m⁻³</source>
        <translation>Media de la humedad del suelo verdadera, m³ m⁻³</translation>
    </message>
    <message>
        <source>Mean over the days before</source>
        <translation>Media de los días anteriores</translation>
    </message>
    <message>
        <source>Mean over the hours before</source>
        <translation>Media de las horas anteriores</translation>
    </message>
    <message>
        <source>Mean soil moisture of all maps, m³ m⁻³</source>
        <translation>Humedad del suelo media de todos los mapas, m³ m⁻³</translation>
    </message>
    <message>
        <source>Mean soil moisture of the map, m³ m⁻³</source>
        <translation>Humedad del suelo media del mapa, m³ m⁻³</translation>
    </message>
    <message>
        <source>Mean valid fraction of pixels</source>
        <translation>Fracción válida media de los píxeles</translation>
    </message>
    <message>
        <source>Mean weighted by layer thickness</source>
        <translation>Media ponderada por el espesor de capa</translation>
    </message>
    <message>
        <source>Means of weeks, months, seasons and years</source>
        <translation>Medias de semanas, meses, estaciones del año y años</translation>
    </message>
    <message>
        <source>Means over 1 to so many days.</source>
        <translation>Medias de 1 a tantos días.</translation>
    </message>
    <message>
        <source>Means over periods</source>
        <translation>Medias por períodos</translation>
    </message>
    <message>
        <source>Median</source>
        <translation>Mediana</translation>
    </message>
    <message>
        <source>Merge products</source>
        <translation>Fusionar productos</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>Método</translation>
    </message>
    <message>
        <source>Method of your own</source>
        <translation>Método propio</translation>
    </message>
    <message>
        <source>Metres</source>
        <translation>Metros</translation>
    </message>
    <message>
        <source>Middle day</source>
        <translation>Día central</translation>
    </message>
    <message>
        <source>Millimetres</source>
        <translation>Milímetros</translation>
    </message>
    <message>
        <source>Minimum</source>
        <translation>Mínimo</translation>
    </message>
    <message>
        <source>Minimum Kendall</source>
        <translation>Kendall mínimo</translation>
    </message>
    <message>
        <source>Minimum Pearson</source>
        <translation>Pearson mínimo</translation>
    </message>
    <message>
        <source>Minimum Spearman</source>
        <translation>Spearman mínimo</translation>
    </message>
    <message>
        <source>Minimum days in common</source>
        <translation>Mínimo de días en común</translation>
    </message>
    <message>
        <source>Minimum days in the window</source>
        <translation>Mínimo de días en la ventana</translation>
    </message>
    <message>
        <source>Minimum depth</source>
        <translation>Profundidad mínima</translation>
    </message>
    <message>
        <source>Minimum fraction of days in a mean</source>
        <translation>Fracción mínima de días en una media</translation>
    </message>
    <message>
        <source>Minimum held-out R²</source>
        <translation>R² mínimo en lo reservado</translation>
    </message>
    <message>
        <source>Minimum hours of a day</source>
        <translation>Mínimo de horas de un día</translation>
    </message>
    <message>
        <source>Minimum importance</source>
        <translation>Importancia mínima</translation>
    </message>
    <message>
        <source>Minimum number of days</source>
        <translation>Número mínimo de días</translation>
    </message>
    <message>
        <source>Minimum number of means</source>
        <translation>Número mínimo de medias</translation>
    </message>
    <message>
        <source>Minimum number of steps</source>
        <translation>Número mínimo de pasos</translation>
    </message>
    <message>
        <source>Minimum p of a Kolmogorov-Smirnov test</source>
        <translation>p mínima de una prueba de Kolmogórov-Smirnov</translation>
    </message>
    <message>
        <source>Minimum samples</source>
        <translation>Mínimo de muestras</translation>
    </message>
    <message>
        <source>Minimum samples per leaf</source>
        <translation>Mínimo de muestras por hoja</translation>
    </message>
    <message>
        <source>Minimum steps of a day</source>
        <translation>Mínimo de pasos de un día</translation>
    </message>
    <message>
        <source>Minimum valid fraction</source>
        <translation>Fracción válida mínima</translation>
    </message>
    <message>
        <source>Minimum valid fraction of days</source>
        <translation>Fracción mínima de días válidos</translation>
    </message>
    <message>
        <source>Minimum valid fraction of pixels</source>
        <translation>Fracción mínima de píxeles válidos</translation>
    </message>
    <message>
        <source>Minimum valid value</source>
        <translation>Valor válido mínimo</translation>
    </message>
    <message>
        <source>Minimum water content</source>
        <translation>Contenido mínimo de agua</translation>
    </message>
    <message>
        <source>Minimum weight per leaf</source>
        <translation>Peso mínimo por hoja</translation>
    </message>
    <message>
        <source>Minus</source>
        <translation>Menos</translation>
    </message>
    <message>
        <source>Missing in this QGIS: {}. Packages installs it.</source>
        <translation>Falta en este QGIS: {}. Paquetes lo instala.</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modelo</translation>
    </message>
    <message>
        <source>Model file of a training step.</source>
        <translation>Archivo de modelo de un paso de entrenamiento.</translation>
    </message>
    <message>
        <source>Model of these maps</source>
        <translation>Modelo de estos mapas</translation>
    </message>
    <message>
        <source>Model that was weighed</source>
        <translation>Modelo sopesado</translation>
    </message>
    <message>
        <source>Monte Carlo samples</source>
        <translation>Muestras de Monte Carlo</translation>
    </message>
    <message>
        <source>Month</source>
        <translation>Mes</translation>
    </message>
    <message>
        <source>Monthly means</source>
        <translation>Medias mensuales</translation>
    </message>
    <message>
        <source>Months</source>
        <translation>Meses</translation>
    </message>
    <message>
        <source>Months of the year, over all years</source>
        <translation>Meses del año, de todos los años</translation>
    </message>
    <message>
        <source>Months or years on which soil moisture and all drivers must be valid; a place with fewer has no correlation.</source>
        <translation>Meses o años en los que la humedad del suelo y todos los factores deben ser válidos; un lugar con menos no tiene correlación.</translation>
    </message>
    <message>
        <source>Months that resemble the month before tell less: the test counts as many independent ones as the series are worth (Bretherton et al. 1999). The papers count all.</source>
        <translation>Los meses que se parecen al anterior dicen menos: la prueba cuenta tantos independientes como valen las series (Bretherton et al. 1999). Los artículos los cuentan todos.</translation>
    </message>
    <message>
        <source>More leaves follow finer relations.</source>
        <translation>Más hojas siguen relaciones más finas.</translation>
    </message>
    <message>
        <source>More leaves follow finer relations. Empty: 5, above 2,000 samples 15, above 20,000 samples 31. There, folds of the search also try 63 and 127.</source>
        <translation>Más hojas siguen relaciones más finas. Vacío: 5; con más de 2,000 muestras, 15; con más de 20,000 muestras, 31. Ahí los pliegues de la búsqueda prueban también 63 y 127.</translation>
    </message>
    <message>
        <source>More settings</source>
        <translation>Más ajustes</translation>
    </message>
    <message>
        <source>More trees fit closer and take longer.</source>
        <translation>Más árboles ajustan mejor y tardan más.</translation>
    </message>
    <message>
        <source>More trees fit closer and take longer. Empty: 200, above 2,000 samples 200, above 20,000 samples 600.</source>
        <translation>Más árboles ajustan mejor y tardan más. Vacío: 200; con más de 2,000 muestras, 200; con más de 20,000 muestras, 600.</translation>
    </message>
    <message>
        <source>More trees steady the map and take longer.</source>
        <translation>Más árboles estabilizan el mapa y tardan más.</translation>
    </message>
    <message>
        <source>More warnings in the log: {}</source>
        <translation>Más advertencias en el registro: {}</translation>
    </message>
    <message>
        <source>More, once scaled, is unknown.</source>
        <translation>Lo que sea mayor, una vez escalado, es desconocido.</translation>
    </message>
    <message>
        <source>Multiplicative scaling</source>
        <translation>Escalado multiplicativo</translation>
    </message>
    <message>
        <source>Multiscale quantile correlation</source>
        <translation>Correlación por cuantiles y escalas</translation>
    </message>
    <message>
        <source>My own rasters and stations</source>
        <translation>Rásteres y estaciones propios</translation>
    </message>
    <message>
        <source>NDMI</source>
        <translation>NDMI</translation>
    </message>
    <message>
        <source>NDVI</source>
        <translation>NDVI</translation>
    </message>
    <message>
        <source>NDWI</source>
        <translation>NDWI</translation>
    </message>
    <message>
        <source>NSDSI</source>
        <translation>NSDSI</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>Name of the covariate that holds NDVI. Empty: found by its name.</source>
        <translation>Nombre de la covariable que contiene el NDVI. Vacío: se busca por su nombre.</translation>
    </message>
    <message>
        <source>Name of the covariate that holds the surface temperature by day, in K. Empty: found by its name, as lst.</source>
        <translation>Nombre de la covariable que contiene la temperatura superficial de día, en K. Vacío: se busca por su nombre, como lst.</translation>
    </message>
    <message>
        <source>Name of the map</source>
        <translation>Nombre del mapa</translation>
    </message>
    <message>
        <source>Name of the maps</source>
        <translation>Nombre de los mapas</translation>
    </message>
    <message>
        <source>Name of the place; folds by station need it.</source>
        <translation>Nombre del lugar; los pliegues por estación lo necesitan.</translation>
    </message>
    <message>
        <source>Name of the product whose scale errors are told on, and on whose grid maps are; it is none the truer for that. Empty: stations, if there are some, else the first product.</source>
        <translation>Nombre del producto en cuya escala se dicen los errores y en cuya malla están los mapas; no por eso es más verdadero. Vacío: las estaciones, si las hay; si no, el primer producto.</translation>
    </message>
    <message>
        <source>Name of the reference in the study; empty: its coarse soil moisture.</source>
        <translation>Nombre de la referencia en el estudio; vacío: su humedad del suelo gruesa.</translation>
    </message>
    <message>
        <source>Name of the station</source>
        <translation>Nombre de la estación</translation>
    </message>
    <message>
        <source>Name of the study; empty: that of its file.</source>
        <translation>Nombre del estudio; vacío: el de su archivo.</translation>
    </message>
    <message>
        <source>Names of covariates of the model, with commas between them; the classes of one count together. Empty: the most important ones.</source>
        <translation>Nombres de covariables del modelo, separados por comas; las clases de una cuentan juntas. Vacío: las más importantes.</translation>
    </message>
    <message>
        <source>Names of covariates, with commas: the higher one of them is and all others stay, the drier the soil or as dry, as with surface temperature. What learns is held to it. Empty: free.</source>
        <translation>Nombres de covariables, separados por comas: cuanto mayor es una de ellas y las demás no cambian, más seco es el suelo, o igual de seco, como con la temperatura de la superficie. El algoritmo queda sujeto a ello. Vacío: libre.</translation>
    </message>
    <message>
        <source>Names of covariates, with commas: the higher one of them is and all others stay, the wetter the soil or as wet, as with rain. What learns is held to it. Empty: free.</source>
        <translation>Nombres de covariables, separados por comas: cuanto mayor es una de ellas y las demás no cambian, más húmedo es el suelo, o igual de húmedo, como con la lluvia. El algoritmo queda sujeto a ello. Vacío: libre.</translation>
    </message>
    <message>
        <source>Names of stations that the report shows through time, with commas between them, up to 12. Empty: those of the lowest, the middling and the highest ubRMSE.</source>
        <translation>Nombres de estaciones que el informe muestra a lo largo del tiempo, separados por comas, hasta 12. Vacío: las de la ubRMSE más baja, la intermedia y la más alta.</translation>
    </message>
    <message>
        <source>Names of the bands</source>
        <translation>Nombres de las bandas</translation>
    </message>
    <message>
        <source>Names of the columns of numbers to learn from, separated by commas.</source>
        <translation>Nombres de las columnas numéricas de las que aprender, separados por comas.</translation>
    </message>
    <message>
        <source>Names of the covariates to learn from, separated by commas; empty: all of them.</source>
        <translation>Nombres de las covariables de las que aprender, separados por comas; vacío: todas.</translation>
    </message>
    <message>
        <source>Names of two or more of them, with commas between; the others only tell errors. Empty: all.</source>
        <translation>Nombres de dos o más, separados por comas; los demás solo sirven para conocer los errores. Vacío: todos.</translation>
    </message>
    <message>
        <source>Nearest depth</source>
        <translation>Profundidad más próxima</translation>
    </message>
    <message>
        <source>Nearest in time</source>
        <translation>El más próximo en el tiempo</translation>
    </message>
    <message>
        <source>Nearest neighbour</source>
        <translation>Vecino más próximo</translation>
    </message>
    <message>
        <source>Nearest neighbour distance matching (kNNDM)</source>
        <translation>Emparejamiento de distancias al vecino más próximo (kNNDM)</translation>
    </message>
    <message>
        <source>Needed by</source>
        <translation>Lo necesita</translation>
    </message>
    <message>
        <source>Needs</source>
        <translation>Necesita</translation>
    </message>
    <message>
        <source>Neighbours within</source>
        <translation>Vecinas a menos de</translation>
    </message>
    <message>
        <source>Networks</source>
        <translation>Redes</translation>
    </message>
    <message>
        <source>Networks drawn for a prediction, which is their mean.</source>
        <translation>Redes que se sortean para una predicción, que es su media.</translation>
    </message>
    <message>
        <source>Neural network (scikit-learn)</source>
        <translation>Red neuronal (scikit-learn)</translation>
    </message>
    <message>
        <source>Next step ›</source>
        <translation>Continuar ›</translation>
    </message>
    <message>
        <source>No Python program was found beside QGIS. Copy the command and run it in a terminal.</source>
        <translation>No se encontró ningún programa Python junto a QGIS. Copie el comando y ejecútelo en una terminal.</translation>
    </message>
    <message>
        <source>No covariate stays: look at the samples and at the thresholds.</source>
        <translation>No queda ninguna covariable: revise las muestras y los umbrales.</translation>
    </message>
    <message>
        <source>Noise of the coarse product (SD), m³ m⁻³</source>
        <translation>Ruido del producto grueso (DE), m³ m⁻³</translation>
    </message>
    <message>
        <source>Noise: minimum scatter</source>
        <translation>Ruido: dispersión mínima</translation>
    </message>
    <message>
        <source>None of the rasters of {} can be opened.</source>
        <translation>No se puede abrir ninguno de los rásteres de {}.</translation>
    </message>
    <message>
        <source>None yet</source>
        <translation>Ninguno todavía</translation>
    </message>
    <message>
        <source>Northern EASE-Grid 2.0</source>
        <translation>EASE-Grid 2.0 del norte</translation>
    </message>
    <message>
        <source>Not known</source>
        <translation>Desconocida</translation>
    </message>
    <message>
        <source>Not loaded, since QGIS cannot open them: {}. They may be damaged or gone: run the step again.</source>
        <translation>No se cargan, porque QGIS no puede abrirlos: {}. Pueden estar dañados o faltar: ejecute el paso de nuevo.</translation>
    </message>
    <message>
        <source>Nothing is selected: choose a layer of points, lines or polygons, and select features of it.</source>
        <translation>No hay nada seleccionado: elija una capa de puntos, líneas o polígonos y seleccione objetos de ella.</translation>
    </message>
    <message>
        <source>Nothing measured: days</source>
        <translation>Nada medido: días</translation>
    </message>
    <message>
        <source>Nothing was installed: {}</source>
        <translation>No se instaló nada: {}</translation>
    </message>
    <message>
        <source>Number of covariates</source>
        <translation>Número de covariables</translation>
    </message>
    <message>
        <source>Number of covariates that stay</source>
        <translation>Número de covariables que se quedan</translation>
    </message>
    <message>
        <source>Number of daily values</source>
        <translation>Número de valores diarios</translation>
    </message>
    <message>
        <source>Number of days</source>
        <translation>Número de días</translation>
    </message>
    <message>
        <source>Number of days and stations that were compared</source>
        <translation>Número de días y estaciones comparados</translation>
    </message>
    <message>
        <source>Number of days that were filled</source>
        <translation>Número de días rellenados</translation>
    </message>
    <message>
        <source>Number of folds</source>
        <translation>Número de pliegues</translation>
    </message>
    <message>
        <source>Number of maps</source>
        <translation>Número de mapas</translation>
    </message>
    <message>
        <source>Number of rows that were scored</source>
        <translation>Número de filas evaluadas</translation>
    </message>
    <message>
        <source>Number of samples</source>
        <translation>Número de muestras</translation>
    </message>
    <message>
        <source>Number of samples that count there</source>
        <translation>Número de muestras que cuentan ahí</translation>
    </message>
    <message>
        <source>Number of samples that were explained</source>
        <translation>Número de muestras explicadas</translation>
    </message>
    <message>
        <source>Number of series that were left out; the table of numbers says why</source>
        <translation>Número de series omitidas; la tabla de números dice por qué</translation>
    </message>
    <message>
        <source>Number of series that were rescaled</source>
        <translation>Número de series reescaladas</translation>
    </message>
    <message>
        <source>Number of significant correlations</source>
        <translation>Número de correlaciones significativas</translation>
    </message>
    <message>
        <source>Number of stations</source>
        <translation>Número de estaciones</translation>
    </message>
    <message>
        <source>Number of stations left without any good value</source>
        <translation>Número de estaciones que quedan sin ningún valor bueno</translation>
    </message>
    <message>
        <source>Number of stations on the maps</source>
        <translation>Número de estaciones en los mapas</translation>
    </message>
    <message>
        <source>Number of stations, placed at random.</source>
        <translation>Número de estaciones, situadas al azar.</translation>
    </message>
    <message>
        <source>Number of trees</source>
        <translation>Número de árboles</translation>
    </message>
    <message>
        <source>Number of values that were checked</source>
        <translation>Número de valores revisados</translation>
    </message>
    <message>
        <source>Number of values that were compared</source>
        <translation>Número de valores comparados</translation>
    </message>
    <message>
        <source>Number of values with a flag, those from before included</source>
        <translation>Número de valores con marca, incluidos los de antes</translation>
    </message>
    <message>
        <source>Numbers and ranges as '1-5, 8', or with a known map groups as 'forest, shrub': forest, shrub, grass, crop, urban, bare, snow, wetland, water.</source>
        <translation>Números e intervalos como '1-5, 8', o, con un mapa conocido, grupos como 'forest, shrub': forest, shrub, grass, crop, urban, bare, snow, wetland, water.</translation>
    </message>
    <message>
        <source>Numbers of the stations</source>
        <translation>Números de las estaciones</translation>
    </message>
    <message>
        <source>Observed fraction</source>
        <translation>Fracción observada</translation>
    </message>
    <message>
        <source>Of a cell's model where each day is left out once; a cell with less is not filled. 0: no worse than the mean of the cell.</source>
        <translation>Del modelo de una celda en el que se aparta cada día una vez; una celda con menos no se rellena. 0: no peor que la media de la celda.</translation>
    </message>
    <message>
        <source>Of a sum or mean: fraction of its days or hours that must be known; with fewer it is unknown. Below 1, those that are missing count as much as the mean of the others, so that the first days of a series have a value.</source>
        <translation>De una suma o media: fracción de sus días u horas que debe conocerse; con menos es desconocida. Por debajo de 1, los que faltan cuentan tanto como la media de los demás, de modo que los primeros días de una serie tienen valor.</translation>
    </message>
    <message>
        <source>Of an Excel file; empty: the first.</source>
        <translation>De un archivo Excel; vacío: la primera.</translation>
    </message>
    <message>
        <source>Of columns that have one: 0 measured, 1 to 3 gaps filled well, fairly and poorly.</source>
        <translation>De columnas que la tienen: 0 medido, 1 a 3 huecos rellenados bien, regular y mal.</translation>
    </message>
    <message>
        <source>Of days, for the intervals; 0: no intervals.</source>
        <translation>De días, para los intervalos; 0: sin intervalos.</translation>
    </message>
    <message>
        <source>Of depths without one. auto: told by the name of the column, as depth_cm, or by the values where that is certain: 0.05 is metres, and 5, 10 and 20 are centimetres; else you are asked.</source>
        <translation>De profundidades que no la llevan. auto: se deduce del nombre de la columna, como depth_cm, o de los valores si es seguro: 0.05 son metros, y 5, 10 y 20 son centímetros; si no, se le pregunta.</translation>
    </message>
    <message>
        <source>Of hourly rasters: length of the sum or mean in hours instead of days, as 72 before an overpass; 0 takes whole days.</source>
        <translation>De rásteres horarios: longitud de la suma o media en horas en lugar de días, por ejemplo 72 antes de una pasada; 0 toma días enteros.</translation>
    </message>
    <message>
        <source>Of hourly rasters: the hour that a day's value is for.</source>
        <translation>De rásteres horarios: la hora para la que vale el valor de un día.</translation>
    </message>
    <message>
        <source>Of hourly rasters: the hour whose value counts for the day, or at which the hours before end; as that of an overpass. The raster of an hour stands for the hour that ends at its time.</source>
        <translation>De rásteres horarios: la hora cuyo valor cuenta para el día, o en la que terminan las horas anteriores; por ejemplo la de una pasada. El ráster de una hora representa la hora que termina en su momento.</translation>
    </message>
    <message>
        <source>Of land surface temperature, by its quality layer, with quality good; best takes 1 K.</source>
        <translation>De la temperatura superficial del suelo, según su capa de calidad, con buena calidad; la mejor calidad toma 1 K.</translation>
    </message>
    <message>
        <source>Of linear: after the last raster its values hold for as long as days are asked for, and not only for the longest gap.</source>
        <translation>De la interpolación lineal: después del último ráster sus valores se mantienen mientras se pidan días, y no solo durante el hueco máximo.</translation>
    </message>
    <message>
        <source>Of more samples as many are drawn at random: each of them is explained on its own, and that takes time.</source>
        <translation>De más muestras se toman tantas al azar: cada una se explica por separado, y eso lleva tiempo.</translation>
    </message>
    <message>
        <source>Of more samples as many are drawn at random: the time grows with more than their square.</source>
        <translation>De más muestras se toman tantas al azar: el tiempo crece con más de su cuadrado.</translation>
    </message>
    <message>
        <source>Of the maps, as mm d-1; empty: that of the files. Percent of soil moisture becomes m3 m-3, as do kg m-2 of a layer whose depths stand in its name.</source>
        <translation>De los mapas, por ejemplo mm d-1; vacío: la de los archivos. El porcentaje de humedad del suelo se convierte en m3 m-3, igual que los kg m-2 de una capa cuyas profundidades figuran en su nombre.</translation>
    </message>
    <message>
        <source>Of the one site in the input, where no table of sites is given.</source>
        <translation>Del único sitio de la entrada, cuando no se indica una tabla de sitios.</translation>
    </message>
    <message>
        <source>Of the rows and of the columns: 5 takes every 25th pixel. Fewer are left out where coarse cells would keep less than 16, which their means need.</source>
        <translation>De las filas y de las columnas: 5 toma uno de cada 25 píxeles. Se omiten menos donde las celdas gruesas conservarían menos de 16, que sus medias necesitan.</translation>
    </message>
    <message>
        <source>Of the steps of a day, where there are several.</source>
        <translation>De los pasos de un día, si hay varios.</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Desactivado</translation>
    </message>
    <message>
        <source>Offset</source>
        <translation>Desplazamiento</translation>
    </message>
    <message>
        <source>Offset: minimum break</source>
        <translation>Desplazamiento: ruptura mínima</translation>
    </message>
    <message>
        <source>On its held-out samples this model does not clearly beat what there is without it. {}</source>
        <translation>Con sus muestras reservadas este modelo no supera claramente a lo que hay sin él. {}</translation>
    </message>
    <message>
        <source>On its held-out samples this model does worse than what needs no model:</source>
        <translation>Con sus muestras reservadas este modelo es peor que lo que no necesita modelo:</translation>
    </message>
    <message>
        <source>On its held-out samples this model is not clearly better than what needs no model:</source>
        <translation>Con sus muestras reservadas este modelo no es claramente mejor que lo que no necesita modelo:</translation>
    </message>
    <message>
        <source>On its held-out samples:</source>
        <translation>Con sus muestras reservadas:</translation>
    </message>
    <message>
        <source>On the scale of</source>
        <translation>En la escala de</translation>
    </message>
    <message>
        <source>One HTML page with maps, what pushes pixels out, and where to measure next.</source>
        <translation>Una página HTML con mapas, qué deja píxeles fuera y dónde medir a continuación.</translation>
    </message>
    <message>
        <source>One HTML page with tables and figures.</source>
        <translation>Una página HTML con tablas y figuras.</translation>
    </message>
    <message>
        <source>One HTML page with the heat map.</source>
        <translation>Una página HTML con el mapa de calor.</translation>
    </message>
    <message>
        <source>One HTML page with the maps of a day side by side and how much each covariate moves them.</source>
        <translation>Una página HTML con los mapas de un día uno junto a otro y cuánto los mueve cada covariable.</translation>
    </message>
    <message>
        <source>One HTML page with the maps side by side and how many pixels are significant.</source>
        <translation>Una página HTML con los mapas uno junto a otro y cuántos píxeles son significativos.</translation>
    </message>
    <message>
        <source>One HTML page with the parts as a figure and a table.</source>
        <translation>Una página HTML con las partes como figura y tabla.</translation>
    </message>
    <message>
        <source>One HTML page with violins and biplots.</source>
        <translation>Una página HTML con violines y biplots.</translation>
    </message>
    <message>
        <source>One HTML page: the rules, the stations, and the series of those that were flagged.</source>
        <translation>Una página HTML: las reglas, las estaciones y las series de las que se marcaron.</translation>
    </message>
    <message>
        <source>One column per depth</source>
        <translation>Una columna por profundidad</translation>
    </message>
    <message>
        <source>One column per station</source>
        <translation>Una columna por estación</translation>
    </message>
    <message>
        <source>One map a day, with a map of how far each pixel may be from the truth. They are loaded with their days: open the temporal controller of QGIS and press play. With Series, a click into the map shows the days of that place.</source>
        <translation>Un mapa por día, con un mapa de cuánto puede alejarse cada píxel de la verdad. Se cargan con sus días: abra el controlador temporal de QGIS y pulse reproducir. Con Series, un clic en el mapa muestra los días de ese lugar.</translation>
    </message>
    <message>
        <source>One model</source>
        <translation>Un modelo</translation>
    </message>
    <message>
        <source>One model per period</source>
        <translation>Un modelo por período</translation>
    </message>
    <message>
        <source>One product out of several</source>
        <translation>Un producto de varios</translation>
    </message>
    <message>
        <source>One raster for each covariate of the model, called as the covariate; a date at the end of the name does not matter.</source>
        <translation>Un ráster por cada covariable del modelo, con el nombre de la covariable; una fecha al final del nombre no importa.</translation>
    </message>
    <message>
        <source>One sample a pixel</source>
        <translation>Una muestra por píxel</translation>
    </message>
    <message>
        <source>One station a pixel of</source>
        <translation>Una estación por píxel de</translation>
    </message>
    <message>
        <source>One station over time scales and quantiles</source>
        <translation>Una estación por escalas temporales y cuantiles</translation>
    </message>
    <message>
        <source>One that comes with SoilSharp.</source>
        <translation>Uno de los que vienen con SoilSharp.</translation>
    </message>
    <message>
        <source>One value per row</source>
        <translation>Un valor por fila</translation>
    </message>
    <message>
        <source>Only at hour</source>
        <translation>Solo a la hora</translation>
    </message>
    <message>
        <source>Only for GeoTIFF of several bands; empty: the only one, or all where their names are days or there are as many as days from the first to the second in the name of the file.</source>
        <translation>Solo para GeoTIFF de varias bandas; vacío: la única, o todas si sus nombres son días o hay tantas como días del primero al segundo en el nombre del archivo.</translation>
    </message>
    <message>
        <source>Only for NetCDF and GRIB: its name in the file, as sm. Empty: soil moisture or precipitation if there is one, else the first.</source>
        <translation>Solo para NetCDF y GRIB: su nombre en el archivo, por ejemplo sm. Vacío: la humedad del suelo o la precipitación si hay una; si no, la primera.</translation>
    </message>
    <message>
        <source>Only for a model per period: 16 days, counted from the first of January as in MODIS composites, a calendar month, or a single day.</source>
        <translation>Solo para un modelo por período: 16 días, contados desde el 1 de enero como en los compuestos de MODIS, un mes natural, o un solo día.</translation>
    </message>
    <message>
        <source>Only for by_class: the column of the samples that holds the class. Only for by_weights: the columns to balance, with commas between them; numbers are cut into classes of equal width.</source>
        <translation>Solo para by_class: la columna de las muestras que contiene la clase. Solo para by_weights: las columnas que se equilibran, separadas por comas; los números se dividen en clases de igual anchura.</translation>
    </message>
    <message>
        <source>Only for cdf: points at which the two distributions are matched, evenly from 0 to 100 %; fewer where there are too few days.</source>
        <translation>Solo para cdf: puntos en los que se igualan las dos distribuciones, repartidos por igual de 0 a 100 %; menos si hay muy pocos días.</translation>
    </message>
    <message>
        <source>Only for class or column: a text column of the samples; for class it may be a covariate too, whose numbers are cut into classes.</source>
        <translation>Solo para class o column: una columna de texto de las muestras; para class puede ser también una covariable, cuyos números se dividen en clases.</translation>
    </message>
    <message>
        <source>Only for class: a text column of the samples; for class it may be a covariate too, whose numbers are cut into classes.</source>
        <translation>Solo para class: una columna de texto de las muestras; para class puede ser también una covariable, cuyos números se dividen en clases.</translation>
    </message>
    <message>
        <source>Only for folds by block or buffered, the latter of samples without stations. 0 takes the largest up to 4 that gives two blocks or more for every fold.</source>
        <translation>Solo para pliegues por block o buffered, estos últimos de muestras sin estaciones. 0 toma el mayor de hasta 4 que dé dos bloques o más a cada pliegue.</translation>
    </message>
    <message>
        <source>Only for folds by buffered: samples no further than this from a test sample are left out of the training set.</source>
        <translation>Solo para pliegues por buffered: las muestras que no están más lejos que esto de una muestra de prueba quedan fuera del conjunto de entrenamiento.</translation>
    </message>
    <message>
        <source>Only for forward: covariates in the first step, of which all combinations are tried. With 1 two that only help together may be missed.</source>
        <translation>Solo para forward: covariables en el primer paso, del que se prueban todas las combinaciones. Con 1 pueden escaparse dos que solo ayudan juntas.</translation>
    </message>
    <message>
        <source>Only for random or date: drawn again until soil moisture in both parts is alike with p above this. 0 takes the first draw.</source>
        <translation>Solo para random o date: se sortea de nuevo hasta que la humedad del suelo de ambas partes se parece con una p mayor que esta. 0 toma el primer sorteo.</translation>
    </message>
    <message>
        <source>Only for random or date_stratified: drawn again until soil moisture in both parts is alike with p above this. 0 takes the first draw.</source>
        <translation>Solo para random o date_stratified: se sortea de nuevo hasta que la humedad del suelo de ambas partes se parece con una p mayor que esta. 0 toma el primer sorteo.</translation>
    </message>
    <message>
        <source>Only for savitzky_golay: length of the moving window on days between which was interpolated; a longer one smooths more. Odd; an even number is made one longer.</source>
        <translation>Solo para savitzky_golay: longitud de la ventana móvil sobre los días entre los que se interpoló; una más larga suaviza más. Impar; un número par se alarga en uno.</translation>
    </message>
    <message>
        <source>Only for savitzky_golay: of the polynomial that is fitted in the window.</source>
        <translation>Solo para savitzky_golay: del polinomio que se ajusta en la ventana.</translation>
    </message>
    <message>
        <source>Only for sum before and mean before.</source>
        <translation>Solo para la suma y la media anteriores.</translation>
    </message>
    <message>
        <source>Only for the mask: a pixel is kept (1) if the classes cover at least this share of it, as 0.5 for forest in Jääskeläinen et al. 2025; 0 keeps all of them.</source>
        <translation>Solo para la máscara: un píxel se conserva (1) si las clases cubren al menos esta parte de él, por ejemplo 0.5 para bosque en Jääskeläinen et al. 2025; 0 los conserva todos.</translation>
    </message>
    <message>
        <source>Only for the mask: a pixel with more of these is out (0).</source>
        <translation>Solo para la máscara: un píxel con más de estas queda fuera (0).</translation>
    </message>
    <message>
        <source>Only for the mask: written as the classes, as 'water, urban'.</source>
        <translation>Solo para la máscara: se escribe como las clases, por ejemplo 'water, urban'.</translation>
    </message>
    <message>
        <source>Only for the rule nearest: a sensor further than this above or below the wanted depth is not used.</source>
        <translation>Solo para la regla nearest: no se usa un sensor más alejado que esto por encima o por debajo de la profundidad deseada.</translation>
    </message>
    <message>
        <source>Only for thermal_inertia: the surface temperature by night, in K. Empty: found by its name, as lst_night.</source>
        <translation>Solo para thermal_inertia: la temperatura superficial de noche, en K. Vacío: se busca por su nombre, como lst_night.</translation>
    </message>
    <message>
        <source>Only for value at hour, sum before and mean before: time of the overpass, as 6 for SMAP in the morning.</source>
        <translation>Solo para el valor a una hora y la suma y media anteriores: hora de la pasada, por ejemplo 6 para SMAP por la mañana.</translation>
    </message>
    <message>
        <source>Only for vote: less than this fraction of the best covariate's importance in a forest is a mark.</source>
        <translation>Solo para vote: menos que esta fracción de la importancia de la mejor covariable en un bosque es un voto en contra.</translation>
    </message>
    <message>
        <source>Only for vote: less than this, of either sign, is a mark.</source>
        <translation>Solo para vote: menos que esto, de cualquier signo, es un voto en contra.</translation>
    </message>
    <message>
        <source>Only for vote: so many and it goes.</source>
        <translation>Solo para vote: con tantos, se va.</translation>
    </message>
    <message>
        <source>Only for whittaker: weight of smoothness against nearness to the observations; ten times as much is smoother, a tenth is nearer (Eilers 2003).</source>
        <translation>Solo para whittaker: peso de la suavidad frente a la cercanía a las observaciones; diez veces más es más suave, un décimo queda más cerca (Eilers 2003).</translation>
    </message>
    <message>
        <source>Only sensors called</source>
        <translation>Solo sensores llamados</translation>
    </message>
    <message>
        <source>Only sensors from this depth.</source>
        <translation>Solo sensores desde esta profundidad.</translation>
    </message>
    <message>
        <source>Only sensors to here.</source>
        <translation>Solo sensores hasta aquí.</translation>
    </message>
    <message>
        <source>Only stations within it. Empty: all there are.</source>
        <translation>Solo estaciones dentro de ella. Vacío: todas las que haya.</translation>
    </message>
    <message>
        <source>Only the first {} of the {} maps of '{}' are loaded: the file that shows all as one layer, {}, could not be written, or a map could not be read. Drag others from that folder into QGIS, or run the step again.</source>
        <translation>Solo se cargan los primeros {} de los {} mapas de '{}': el archivo que los muestra todos como una sola capa, {}, no se pudo escribir, o un mapa no se pudo leer. Arrastre otros de esa carpeta a QGIS, o ejecute el paso de nuevo.</translation>
    </message>
    <message>
        <source>Only these, as SCAN, USCRN; empty: all in the archive.</source>
        <translation>Solo estas, por ejemplo SCAN, USCRN; vacío: todas las del archivo.</translation>
    </message>
    <message>
        <source>Only this part is read and written, on the product's own grid. Empty: all there is.</source>
        <translation>Solo esta parte se lee y se escribe, en la cuadrícula propia del producto. Vacío: todo lo que haya.</translation>
    </message>
    <message>
        <source>Only those whose name holds this text; empty: all.</source>
        <translation>Solo aquellos cuyo nombre contiene este texto; vacío: todos.</translation>
    </message>
    <message>
        <source>Only where none are named: so many are mapped, the ones with the greatest mean absolute SHAP value on the samples.</source>
        <translation>Solo si no se nombra ninguna: se cartografían tantas, las de mayor valor SHAP absoluto medio en las muestras.</translation>
    </message>
    <message>
        <source>Only without a raster that gives the grid; needs a resolution.</source>
        <translation>Solo sin un ráster que dé la cuadrícula; necesita una resolución.</translation>
    </message>
    <message>
        <source>Open a &amp;study…</source>
        <translation>Abrir un es&amp;tudio…</translation>
    </message>
    <message>
        <source>Open a study</source>
        <translation>Abrir un estudio</translation>
    </message>
    <message>
        <source>Open in the modeler</source>
        <translation>Abrir en el modelador</translation>
    </message>
    <message>
        <source>Open in the modeler: {}</source>
        <translation>Abrir en el modelador: {}</translation>
    </message>
    <message>
        <source>Open no more files.</source>
        <translation>No abrir más archivos.</translation>
    </message>
    <message>
        <source>Open the &amp;report</source>
        <translation>Abrir el &amp;informe</translation>
    </message>
    <message>
        <source>Open the workflow</source>
        <translation>Abrir el flujo de trabajo</translation>
    </message>
    <message>
        <source>Opening the maps; places can be picked already.</source>
        <translation>Se abren los mapas; ya se pueden elegir lugares.</translation>
    </message>
    <message>
        <source>Opening {}</source>
        <translation>Se abre {}</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>Abrir…</translation>
    </message>
    <message>
        <source>Or in a &amp;terminal</source>
        <translation>O en una &amp;terminal</translation>
    </message>
    <message>
        <source>Other names of bands</source>
        <translation>Otros nombres de bandas</translation>
    </message>
    <message>
        <source>Other predictions</source>
        <translation>Otras predicciones</translation>
    </message>
    <message>
        <source>Other products</source>
        <translation>Otros productos</translation>
    </message>
    <message>
        <source>Other rasters are multiplied by it, as by 0.0001 for HiHydroSoil. Empty: by what their files declare. Not for SoilGrids.</source>
        <translation>Los demás rásteres se multiplican por este número, por ejemplo 0.0001 para HiHydroSoil. Vacío: por lo que declaren sus archivos. No se aplica a SoilGrids.</translation>
    </message>
    <message>
        <source>Other rasters are tiles of one map that gets this name. Empty: each is a map of its own, named after its file. Not for SoilGrids.</source>
        <translation>Los demás rásteres son teselas de un mapa que recibe este nombre. Vacío: cada uno es un mapa propio, con el nombre de su archivo. No se aplica a SoilGrids.</translation>
    </message>
    <message>
        <source>Outside of what the model has seen</source>
        <translation>Fuera de lo que el modelo ha visto</translation>
    </message>
    <message>
        <source>Overpass</source>
        <translation>Pasada</translation>
    </message>
    <message>
        <source>Own formulas</source>
        <translation>Fórmulas propias</translation>
    </message>
    <message>
        <source>Own names</source>
        <translation>Nombres propios</translation>
    </message>
    <message>
        <source>Own uncertainty</source>
        <translation>Incertidumbre propia</translation>
    </message>
    <message>
        <source>Package</source>
        <translation>Paquete</translation>
    </message>
    <message>
        <source>Packages</source>
        <translation>Paquetes</translation>
    </message>
    <message>
        <source>Page that says what was done and what came of it</source>
        <translation>Página que dice qué se hizo y qué resultó</translation>
    </message>
    <message>
        <source>Pages on this step and on all of SoilSharp; F1 opens the one on this step.</source>
        <translation>Páginas sobre este paso y sobre todo SoilSharp; F1 abre la de este paso.</translation>
    </message>
    <message>
        <source>Pairs</source>
        <translation>Pares</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parámetros</translation>
    </message>
    <message>
        <source>Part of the rows that they are of: the test part if there is one</source>
        <translation>Parte de las filas a la que pertenecen: la parte de prueba si la hay</translation>
    </message>
    <message>
        <source>Partial correlation at weather stations</source>
        <translation>Correlación parcial en estaciones meteorológicas</translation>
    </message>
    <message>
        <source>Partial correlation with the weather</source>
        <translation>Correlación parcial con el tiempo atmosférico</translation>
    </message>
    <message>
        <source>Partial dependence</source>
        <translation>Dependencia parcial</translation>
    </message>
    <message>
        <source>Parts</source>
        <translation>Partes</translation>
    </message>
    <message>
        <source>Parts of the standard deviation</source>
        <translation>Partes de la desviación estándar</translation>
    </message>
    <message>
        <source>Parts of the uncertainty</source>
        <translation>Partes de la incertidumbre</translation>
    </message>
    <message>
        <source>Parts.</source>
        <translation>Partes.</translation>
    </message>
    <message>
        <source>Parts; 0 leaves the scores out.</source>
        <translation>Partes; 0 omite las métricas.</translation>
    </message>
    <message>
        <source>Passes</source>
        <translation>Pasadas</translation>
    </message>
    <message>
        <source>Patience</source>
        <translation>Paciencia</translation>
    </message>
    <message>
        <source>Percent is divided by 100; never guessed.</source>
        <translation>El porcentaje se divide por 100; nunca se adivina.</translation>
    </message>
    <message>
        <source>Percentiles</source>
        <translation>Percentiles</translation>
    </message>
    <message>
        <source>Period</source>
        <translation>Período</translation>
    </message>
    <message>
        <source>Physics</source>
        <translation>Física</translation>
    </message>
    <message>
        <source>Physics alone, without a model</source>
        <translation>Solo física, sin modelo</translation>
    </message>
    <message>
        <source>Physics alone: dryness index (TVDI, Sandholt et al. 2002)</source>
        <translation>Solo física: índice de sequedad (TVDI, Sandholt et al. 2002)</translation>
    </message>
    <message>
        <source>Physics alone: evaporative efficiency (DISPATCH, Merlin et al. 2012)</source>
        <translation>Solo física: eficiencia evaporativa (DISPATCH, Merlin et al. 2012)</translation>
    </message>
    <message>
        <source>Physics alone: thermal inertia (Fang et al. 2022)</source>
        <translation>Solo física: inercia térmica (Fang et al. 2022)</translation>
    </message>
    <message>
        <source>Pick</source>
        <translation>Elegir</translation>
    </message>
    <message>
        <source>Pick a station, or a place with one in the same coarse cell.</source>
        <translation>Elija una estación, o un lugar con una en la misma celda gruesa.</translation>
    </message>
    <message>
        <source>Pick on the &amp;map</source>
        <translation>Elegir en el &amp;mapa</translation>
    </message>
    <message>
        <source>Picture (PNG)…</source>
        <translation>Imagen (PNG)…</translation>
    </message>
    <message>
        <source>Pictures (*.png)</source>
        <translation>Imágenes (*.png)</translation>
    </message>
    <message>
        <source>Pixels of the target grid</source>
        <translation>Píxeles de la cuadrícula de destino</translation>
    </message>
    <message>
        <source>Pixels outside as polygons, where these are asked for</source>
        <translation>Píxeles de fuera como polígonos, si se piden</translation>
    </message>
    <message>
        <source>Pixels outside of the coarse means</source>
        <translation>Píxeles fuera de las medias gruesas</translation>
    </message>
    <message>
        <source>Pixels that the mask keeps</source>
        <translation>Píxeles que conserva la máscara</translation>
    </message>
    <message>
        <source>Pixels that the minimum or maximum water content holds, in all maps</source>
        <translation>Píxeles retenidos por el contenido mínimo o máximo de agua, en todos los mapas</translation>
    </message>
    <message>
        <source>Pixels where this raster is 0.5 or more count, as a fraction of forest; it is no covariate.</source>
        <translation>Cuentan los píxeles donde este ráster vale 0.5 o más, por ejemplo una fracción de bosque; no es una covariable.</translation>
    </message>
    <message>
        <source>Pixels with a value</source>
        <translation>Píxeles con valor</translation>
    </message>
    <message>
        <source>Pixels with a value, in all maps</source>
        <translation>Píxeles con valor, en todos los mapas</translation>
    </message>
    <message>
        <source>Place {}</source>
        <translation>Lugar {}</translation>
    </message>
    <message>
        <source>Places of the stations</source>
        <translation>Lugares de las estaciones</translation>
    </message>
    <message>
        <source>Places with scores</source>
        <translation>Lugares con métricas</translation>
    </message>
    <message>
        <source>Plot along a transect</source>
        <translation>Gráfico a lo largo de un transecto</translation>
    </message>
    <message>
        <source>Plot of the days; arrow keys move the day</source>
        <translation>Gráfico de los días; las flechas mueven el día</translation>
    </message>
    <message>
        <source>Plot of the fine map against stations</source>
        <translation>Gráfico del mapa fino frente a estaciones</translation>
    </message>
    <message>
        <source>Poehls et al. 2025: ensemble of probabilistic networks</source>
        <translation>Poehls et al. 2025: conjunto de redes probabilísticas</translation>
    </message>
    <message>
        <source>Points of a curve</source>
        <translation>Puntos de una curva</translation>
    </message>
    <message>
        <source>Points with the same.</source>
        <translation>Puntos con lo mismo.</translation>
    </message>
    <message>
        <source>Points with the scores of each station.</source>
        <translation>Puntos con las métricas de cada estación.</translation>
    </message>
    <message>
        <source>Points with the verdict on every station, its fraction of good values and the count of every code.</source>
        <translation>Puntos con el veredicto sobre cada estación, su fracción de valores buenos y el recuento de cada código.</translation>
    </message>
    <message>
        <source>Points: one a station or cell, product, kind of folds and part, with its scores.</source>
        <translation>Puntos: uno por estación o celda, producto, tipo de pliegues y parte, con sus métricas.</translation>
    </message>
    <message>
        <source>Polygon</source>
        <translation>Polígono</translation>
    </message>
    <message>
        <source>Polygon {}</source>
        <translation>Polígono {}</translation>
    </message>
    <message>
        <source>Polygons to hatch</source>
        <translation>Polígonos para rayar</translation>
    </message>
    <message>
        <source>Potential evapotranspiration</source>
        <translation>Evapotranspiración potencial</translation>
    </message>
    <message>
        <source>Precipitation</source>
        <translation>Precipitación</translation>
    </message>
    <message>
        <source>Predictions</source>
        <translation>Predicciones</translation>
    </message>
    <message>
        <source>Preprocessing</source>
        <translation>Preprocesamiento</translation>
    </message>
    <message>
        <source>Probabilistic network</source>
        <translation>Red probabilística</translation>
    </message>
    <message>
        <source>Product</source>
        <translation>Producto</translation>
    </message>
    <message>
        <source>Product with the greatest signal-to-noise ratio</source>
        <translation>Producto con la mayor relación señal-ruido</translation>
    </message>
    <message>
        <source>Product with the least ubRMSE</source>
        <translation>Producto con la menor ubRMSE</translation>
    </message>
    <message>
        <source>Products</source>
        <translation>Productos</translation>
    </message>
    <message>
        <source>Products to merge</source>
        <translation>Productos que se fusionan</translation>
    </message>
    <message>
        <source>Products, many dates</source>
        <translation>Productos, muchas fechas</translation>
    </message>
    <message>
        <source>Products, one date</source>
        <translation>Productos, una fecha</translation>
    </message>
    <message>
        <source>Profile</source>
        <translation>Perfil</translation>
    </message>
    <message>
        <source>Profile and plan curvature, in 1/m.</source>
        <translation>Curvatura de perfil y de planta, en 1/m.</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Progreso</translation>
    </message>
    <message>
        <source>Python {}.{}: {}</source>
        <translation>Python {}.{}: {}</translation>
    </message>
    <message>
        <source>QGIS has some of it in use until it is started again.</source>
        <translation>QGIS usa todavía una parte, hasta que se reinicie.</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>Calidad</translation>
    </message>
    <message>
        <source>Quantile correlation of daily values at the median</source>
        <translation>Correlación por cuantiles de los valores diarios en la mediana</translation>
    </message>
    <message>
        <source>Quarter of observed values</source>
        <translation>Cuarto de los valores observados</translation>
    </message>
    <message>
        <source>Quartiles in the head-to-head</source>
        <translation>Cuartiles en el cara a cara</translation>
    </message>
    <message>
        <source>RMSE of what was made and of what there is without it, m³ m⁻³, and a grade, as JSON</source>
        <translation>RMSE de lo que se hizo y de lo que hay sin ello, m³ m⁻³, y una calificación, como JSON</translation>
    </message>
    <message>
        <source>RMSE, m³ m⁻³: {}</source>
        <translation>RMSE, m³ m⁻³: {}</translation>
    </message>
    <message>
        <source>Radiation</source>
        <translation>Radiación</translation>
    </message>
    <message>
        <source>Rain</source>
        <translation>Lluvia</translation>
    </message>
    <message>
        <source>Rain of a day</source>
        <translation>Lluvia de un día</translation>
    </message>
    <message>
        <source>Rain of a month</source>
        <translation>Lluvia de un mes</translation>
    </message>
    <message>
        <source>Rain or other dated grids (CHIRPS, ESA CCI …)</source>
        <translation>Lluvia u otras cuadrículas con fecha (CHIRPS, ESA CCI…)</translation>
    </message>
    <message>
        <source>Random</source>
        <translation>Aleatorio</translation>
    </message>
    <message>
        <source>Random forest</source>
        <translation>Bosque aleatorio</translation>
    </message>
    <message>
        <source>Random forest: robust, needs little tuning, never leaves the range of the samples.</source>
        <translation>Bosque aleatorio: robusto, necesita poco ajuste, nunca sale del rango de las muestras.</translation>
    </message>
    <message>
        <source>Random search</source>
        <translation>Búsqueda aleatoria</translation>
    </message>
    <message>
        <source>Random, the same fraction of each day</source>
        <translation>Aleatorio, la misma fracción de cada día</translation>
    </message>
    <message>
        <source>Rao et al. 2022: best of five learners in each 16 days</source>
        <translation>Rao et al. 2022: el mejor de cinco algoritmos cada 16 días</translation>
    </message>
    <message>
        <source>Raster that counts as true, m³ m⁻³.</source>
        <translation>Ráster que se toma por verdadero, m³ m⁻³.</translation>
    </message>
    <message>
        <source>Raster that gives the grid</source>
        <translation>Ráster que da la cuadrícula</translation>
    </message>
    <message>
        <source>Raster with 1 where a pixel is kept and 0 where it is out; empty: not written.</source>
        <translation>Ráster con 1 donde se conserva un píxel y 0 donde queda fuera; vacío: no se escribe.</translation>
    </message>
    <message>
        <source>Raster with the fraction of the classes, 0 to 1.</source>
        <translation>Ráster con la fracción de las clases, de 0 a 1.</translation>
    </message>
    <message>
        <source>Rasters</source>
        <translation>Rásteres</translation>
    </message>
    <message>
        <source>Rasters of a second satellite</source>
        <translation>Rásteres de un segundo satélite</translation>
    </message>
    <message>
        <source>Rasters of one date in m³ m⁻³.</source>
        <translation>Rásteres de una fecha en m³ m⁻³.</translation>
    </message>
    <message>
        <source>Rasters of one date need one reference raster.</source>
        <translation>Los rásteres de una fecha necesitan un ráster de referencia.</translation>
    </message>
    <message>
        <source>Rasters that are covariates too, named after their layers. Layers whose names differ only in the day (ndvi_20230501, ndvi_20230517) are one dated covariate.</source>
        <translation>Rásteres que también son covariables, con el nombre de sus capas. Las capas cuyos nombres solo difieren en el día (ndvi_20230501, ndvi_20230517) son una covariable con fechas.</translation>
    </message>
    <message>
        <source>Read from the network</source>
        <translation>Leer de la red</translation>
    </message>
    <message>
        <source>Reading {}</source>
        <translation>Se lee {}</translation>
    </message>
    <message>
        <source>Readings count if all their flags are among these, separated by commas: G good, U not checked, D01 to D10 doubtful, C01 to C03 impossible. 'all' takes every reading and writes the flags of a day into the table.</source>
        <translation>Las lecturas cuentan si todas sus marcas están entre estas, separadas por comas: G bueno, U sin revisar, D01 a D10 dudoso, C01 a C03 imposible. 'all' toma todas las lecturas y escribe en la tabla las marcas de un día.</translation>
    </message>
    <message>
        <source>Readings within half an hour of this hour instead of the mean of the day, as 6 for the morning overpass of SMAP. Empty: the mean of the day.</source>
        <translation>Lecturas a menos de media hora de esta hora en lugar de la media del día, por ejemplo 6 para la pasada matinal de SMAP. Vacío: la media del día.</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Razón</translation>
    </message>
    <message>
        <source>Recent stu&amp;dies</source>
        <translation>Estudios recie&amp;ntes</translation>
    </message>
    <message>
        <source>Recognised covariates</source>
        <translation>Covariables reconocidas</translation>
    </message>
    <message>
        <source>Recognised covariates:</source>
        <translation>Covariables reconocidas:</translation>
    </message>
    <message>
        <source>Recommended retrievals</source>
        <translation>Estimaciones recomendadas</translation>
    </message>
    <message>
        <source>Reference from rasters</source>
        <translation>Referencia de rásteres</translation>
    </message>
    <message>
        <source>Reference from study</source>
        <translation>Referencia del estudio</translation>
    </message>
    <message>
        <source>Reference from table</source>
        <translation>Referencia de una tabla</translation>
    </message>
    <message>
        <source>Reference system</source>
        <translation>Sistema de referencia</translation>
    </message>
    <message>
        <source>Reference system of the target grid</source>
        <translation>Sistema de referencia de la cuadrícula de destino</translation>
    </message>
    <message>
        <source>Reference, many dates</source>
        <translation>Referencia, muchas fechas</translation>
    </message>
    <message>
        <source>Reference, one date</source>
        <translation>Referencia, una fecha</translation>
    </message>
    <message>
        <source>Refuse them</source>
        <translation>Rechazarlos</translation>
    </message>
    <message>
        <source>Remove the flags in the selected lines.</source>
        <translation>Quitar las marcas de las líneas seleccionadas.</translation>
    </message>
    <message>
        <source>Remove what was installed last: {}</source>
        <translation>Quitar lo último que se instaló: {}</translation>
    </message>
    <message>
        <source>Removed: {}.</source>
        <translation>Quitado: {}.</translation>
    </message>
    <message>
        <source>Repeat run</source>
        <translation>Repetir ejecución</translation>
    </message>
    <message>
        <source>Repeats of the folds</source>
        <translation>Repeticiones de los pliegues</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Informe</translation>
    </message>
    <message>
        <source>Report, one HTML page</source>
        <translation>Informe, una página HTML</translation>
    </message>
    <message>
        <source>Rescale stations</source>
        <translation>Reescalar estaciones</translation>
    </message>
    <message>
        <source>Rescaled stations</source>
        <translation>Estaciones reescaladas</translation>
    </message>
    <message>
        <source>Rescaling</source>
        <translation>Reescalado</translation>
    </message>
    <message>
        <source>Resolution of the target grid</source>
        <translation>Resolución de la cuadrícula de destino</translation>
    </message>
    <message>
        <source>Retrieval</source>
        <translation>Estimación</translation>
    </message>
    <message>
        <source>Ridge regression and LightGBM as in the method SoilSharp, others with their default settings.</source>
        <translation>La regresión ridge y LightGBM como en el método SoilSharp; los demás con sus ajustes predeterminados.</translation>
    </message>
    <message>
        <source>Ridge regression of</source>
        <translation>Regresión ridge de</translation>
    </message>
    <message>
        <source>Ridge regression that learns the coarse product from covariates averaged over its cells; additive coarse consistency.</source>
        <translation>Regresión ridge que aprende el producto grueso de covariables promediadas en sus celdas; coherencia aditiva con el producto grueso.</translation>
    </message>
    <message>
        <source>Ridge regression that learns the stations from covariates and the coarse product.</source>
        <translation>Regresión ridge que aprende las estaciones de covariables y del producto grueso.</translation>
    </message>
    <message>
        <source>Ridge regression: fast, smooth, leaves the range of the samples. The first thing to beat.</source>
        <translation>Regresión ridge: rápida, suave, sale del rango de las muestras. Lo primero que hay que superar.</translation>
    </message>
    <message>
        <source>Rise without rain: minimum rain</source>
        <translation>Subida sin lluvia: lluvia mínima</translation>
    </message>
    <message>
        <source>Rise without rain: minimum rise</source>
        <translation>Subida sin lluvia: subida mínima</translation>
    </message>
    <message>
        <source>Roles</source>
        <translation>Papeles</translation>
    </message>
    <message>
        <source>Roles of the method to do without, with commas between them; the report says so.</source>
        <translation>Papeles del método de los que prescindir, separados por comas; el informe lo indica.</translation>
    </message>
    <message>
        <source>Root mean square error of the best learner there, m³ m⁻³</source>
        <translation>Raíz del error cuadrático medio del mejor algoritmo en ellos, m³ m⁻³</translation>
    </message>
    <message>
        <source>Root mean square error of the first model, m³ m⁻³</source>
        <translation>Raíz del error cuadrático medio del primer modelo, m³ m⁻³</translation>
    </message>
    <message>
        <source>Root mean square error of the first product, m³ m⁻³</source>
        <translation>Raíz del error cuadrático medio del primer producto, m³ m⁻³</translation>
    </message>
    <message>
        <source>Root mean square error of the folds, m³ m⁻³</source>
        <translation>Raíz del error cuadrático medio de los pliegues, m³ m⁻³</translation>
    </message>
    <message>
        <source>Root mean square error of the maps, m³ m⁻³</source>
        <translation>Raíz del error cuadrático medio de los mapas, m³ m⁻³</translation>
    </message>
    <message>
        <source>Root zone, 0-100 cm</source>
        <translation>Zona radicular, 0-100 cm</translation>
    </message>
    <message>
        <source>Rounded to whole pixels of the map. 0: 1000 m, or five pixels where that is more.</source>
        <translation>Se redondea a píxeles enteros del mapa. 0: 1000 m, o cinco píxeles si es más.</translation>
    </message>
    <message>
        <source>Rounds through the samples at most.</source>
        <translation>Vueltas a las muestras, como máximo.</translation>
    </message>
    <message>
        <source>Rows that were left out</source>
        <translation>Filas omitidas</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>Regla</translation>
    </message>
    <message>
        <source>Rules for single rasters</source>
        <translation>Reglas para rásteres concretos</translation>
    </message>
    <message>
        <source>Rules of the dated covariates</source>
        <translation>Reglas de las covariables con fechas</translation>
    </message>
    <message>
        <source>Rules to leave out</source>
        <translation>Reglas que omitir</translation>
    </message>
    <message>
        <source>Run a method again from run.json alone, which holds study, method, roles and seed of a run. With the same files and versions the results are the same to the byte, but for the times of fits; what has changed since is told.</source>
        <translation>Ejecutar de nuevo un método solo con run.json, que contiene el estudio, el método, los papeles y la semilla de una ejecución. Con los mismos archivos y versiones los resultados son iguales hasta el último byte, salvo los tiempos de ajuste; lo que ha cambiado desde entonces se indica.</translation>
    </message>
    <message>
        <source>Run a whole method on a study: samples, training with its search and folds, fine maps, and the reports of the paper that it comes from. SoilSharp's own is there, five published ones, and plain ones; a copy of any can be changed and run.</source>
        <translation>Ejecutar un método completo sobre un estudio: muestras, entrenamiento con su búsqueda y sus pliegues, mapas finos, y los informes del artículo del que procede. Están el propio de SoilSharp, cinco publicados y otros sencillos; se puede cambiar y ejecutar una copia de cualquiera.</translation>
    </message>
    <message>
        <source>Run method</source>
        <translation>Ejecutar método</translation>
    </message>
    <message>
        <source>Run whose maps are looked at</source>
        <translation>Ejecución cuyos mapas se miran</translation>
    </message>
    <message>
        <source>Running sums since 00 UTC</source>
        <translation>Sumas acumuladas desde las 00 UTC</translation>
    </message>
    <message>
        <source>Running…</source>
        <translation>En ejecución…</translation>
    </message>
    <message>
        <source>SAVI</source>
        <translation>SAVI</translation>
    </message>
    <message>
        <source>SD of the coarse product's error; half its variance is shared by neighbouring cells.</source>
        <translation>DE del error del producto grueso; la mitad de su varianza la comparten las celdas vecinas.</translation>
    </message>
    <message>
        <source>SHAP values</source>
        <translation>Valores SHAP</translation>
    </message>
    <message>
        <source>SHAP values of the random forest and of scikit-learn's boosting</source>
        <translation>valores SHAP del bosque aleatorio y del boosting de scikit-learn</translation>
    </message>
    <message>
        <source>SMAP soil moisture</source>
        <translation>Humedad del suelo SMAP</translation>
    </message>
    <message>
        <source>Sample coarse cells</source>
        <translation>Muestrear celdas gruesas</translation>
    </message>
    <message>
        <source>Sample stations</source>
        <translation>Muestrear estaciones</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>Muestras</translation>
    </message>
    <message>
        <source>Samples that tell when to stop; 0 learns all epochs.</source>
        <translation>Muestras que dicen cuándo parar; 0 aprende todas las épocas.</translation>
    </message>
    <message>
        <source>Saturation point</source>
        <translation>Punto de saturación</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Guardar</translation>
    </message>
    <message>
        <source>Save the changed flags?</source>
        <translation>¿Guardar las marcas cambiadas?</translation>
    </message>
    <message>
        <source>Save the days of all places</source>
        <translation>Guardar los días de todos los lugares</translation>
    </message>
    <message>
        <source>Save the plot</source>
        <translation>Guardar el gráfico</translation>
    </message>
    <message>
        <source>Save the plot or the days of all places.</source>
        <translation>Guardar el gráfico o los días de todos los lugares.</translation>
    </message>
    <message>
        <source>Saved in {}; the study names it, and later steps obey.</source>
        <translation>Guardado en {}; el estudio lo nombra y los pasos siguientes lo obedecen.</translation>
    </message>
    <message>
        <source>Saved: {}</source>
        <translation>Guardado: {}</translation>
    </message>
    <message>
        <source>Savitzky-Golay filter</source>
        <translation>Filtro de Savitzky-Golay</translation>
    </message>
    <message>
        <source>Say once what, where and when: the coarse series, the covariates with their rules, the stations and the target grid. The result is one file that a person can read and edit, and that the other steps start from. Nothing is copied: rasters stay where and as they are.</source>
        <translation>Decir una vez qué, dónde y cuándo: la serie gruesa, las covariables con sus reglas, las estaciones y la cuadrícula de destino. El resultado es un archivo que se puede leer y editar, y del que parten los demás pasos. No se copia nada: los rásteres se quedan donde y como están.</translation>
    </message>
    <message>
        <source>Scale</source>
        <translation>Escala</translation>
    </message>
    <message>
        <source>Scheme</source>
        <translation>Esquema</translation>
    </message>
    <message>
        <source>Score predictions</source>
        <translation>Evaluar predicciones</translation>
    </message>
    <message>
        <source>Score several learners under several kinds of folds on the same samples, beside the coarse product as it is, the training mean and a linear model: tables with confidence intervals, a layer of stations, and a report that says how optimistic random folds are. A run that was stopped goes on where it was.</source>
        <translation>Evaluar varios algoritmos con varios tipos de pliegues sobre las mismas muestras, junto al producto grueso tal cual, la media de entrenamiento y un modelo lineal: tablas con intervalos de confianza, una capa de estaciones y un informe que dice cuán optimistas son los pliegues aleatorios. Una ejecución detenida continúa donde quedó.</translation>
    </message>
    <message>
        <source>Score the predictions that training, a comparison of learners, a method or a validation has kept (predictions.csv): all rows, station by station, and by date, season, year, class of land or quarter of the observed values, each with intervals. The models and the baselines beside them are judged by the same rows.</source>
        <translation>Evaluar las predicciones que han guardado un entrenamiento, una comparación de algoritmos, un método o una validación (predictions.csv): todas las filas, estación por estación, y por fecha, estación del año, año, clase de terreno o cuarto de los valores observados, cada una con intervalos. Los modelos y las líneas de base se juzgan por las mismas filas.</translation>
    </message>
    <message>
        <source>Scores</source>
        <translation>Métricas</translation>
    </message>
    <message>
        <source>Scores by</source>
        <translation>Métricas por</translation>
    </message>
    <message>
        <source>Scores by date</source>
        <translation>Métricas por fecha</translation>
    </message>
    <message>
        <source>Scores by periods of</source>
        <translation>Métricas por períodos de</translation>
    </message>
    <message>
        <source>Scores by time scale</source>
        <translation>Métricas por escala temporal</translation>
    </message>
    <message>
        <source>Scores of</source>
        <translation>Métricas de</translation>
    </message>
    <message>
        <source>Scores of learners at the stations</source>
        <translation>Métricas de los algoritmos en las estaciones</translation>
    </message>
    <message>
        <source>Scores of predictions</source>
        <translation>Métricas de predicciones</translation>
    </message>
    <message>
        <source>Scores of single days and of means over weeks, months and seasons, each year by itself: of every station or cell, over the days that all products know. A mean holds days of one fold alone.</source>
        <translation>Métricas de días sueltos y de medias de semanas, meses y estaciones del año, cada año por separado: de cada estación o celda, en los días que todos los productos conocen. Una media contiene días de un solo pliegue.</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Búsqueda</translation>
    </message>
    <message>
        <source>Season</source>
        <translation>Estación del año</translation>
    </message>
    <message>
        <source>Seasonal anomalies</source>
        <translation>Anomalías estacionales</translation>
    </message>
    <message>
        <source>Seasons, each year by itself</source>
        <translation>Estaciones del año, cada año por separado</translation>
    </message>
    <message>
        <source>Seasons, over all years</source>
        <translation>Estaciones del año, de todos los años</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Semilla</translation>
    </message>
    <message>
        <source>Seen that day</source>
        <translation>Visto ese día</translation>
    </message>
    <message>
        <source>Select covariates</source>
        <translation>Seleccionar covariables</translation>
    </message>
    <message>
        <source>Selection</source>
        <translation>Selección</translation>
    </message>
    <message>
        <source>Sentinel-2</source>
        <translation>Sentinel-2</translation>
    </message>
    <message>
        <source>Ser&amp;ies…</source>
        <translation>Ser&amp;ies…</translation>
    </message>
    <message>
        <source>Settings of the learner and the values that a search tries, as n_leaves: 3, 4, 5; max_depth: 2, 4. Left empty, those that the learner itself proposes.</source>
        <translation>Ajustes del algoritmo y los valores que prueba una búsqueda, por ejemplo n_leaves: 3, 4, 5; max_depth: 2, 4. Vacío: los que propone el propio algoritmo.</translation>
    </message>
    <message>
        <source>Seven small networks (9-9-6-2, Normal output) that learn stations from the coarse product, each with samples balanced by another static variable; their mean. Made for the United States, 90 m to 1 km.</source>
        <translation>Siete redes pequeñas (9-9-6-2, salida normal) que aprenden las estaciones del producto grueso, cada una con muestras equilibradas por otra variable estática; su media. Hechas para los Estados Unidos, de 90 m a 1 km.</translation>
    </message>
    <message>
        <source>Several learners as the parts of one model, which learns how much of each one's detail to believe.</source>
        <translation>Varios algoritmos como partes de un modelo, que aprende cuánto creer del detalle de cada uno.</translation>
    </message>
    <message>
        <source>Several learners together</source>
        <translation>Varios algoritmos juntos</translation>
    </message>
    <message>
        <source>Several learners together. Each is judged by folds that it has not seen: look at the numbers under the title of the page, not at how well the model knows its own samples.</source>
        <translation>Varios algoritmos juntos. Cada uno se juzga con pliegues que no ha visto: mire los números bajo el título de la página, no lo bien que el modelo conoce sus propias muestras.</translation>
    </message>
    <message>
        <source>Several sensors at one depth</source>
        <translation>Varios sensores a una profundidad</translation>
    </message>
    <message>
        <source>Sheet</source>
        <translation>Hoja</translation>
    </message>
    <message>
        <source>Shift in time</source>
        <translation>Desplazamiento temporal</translation>
    </message>
    <message>
        <source>Shift or scale the map so that its area mean over every coarse cell is the coarse value, and never below 0. It keeps to the coarse product, its noise included; cells without a coarse value stay as they are.</source>
        <translation>Desplazar o escalar el mapa para que su media de área en cada celda gruesa sea el valor grueso, y nunca baje de 0. Se atiene al producto grueso, con su ruido; las celdas sin valor grueso se quedan como están.</translation>
    </message>
    <message>
        <source>Sho&amp;w me</source>
        <translation>&amp;Ver la página</translation>
    </message>
    <message>
        <source>Short or long names, separated by commas, as tp, t2m, ssr, swvl1, stl1, skt, e, pev, lai_hv, or total_precipitation. Auto takes all known ones that the files have.</source>
        <translation>Nombres cortos o largos, separados por comas, por ejemplo tp, t2m, ssr, swvl1, stl1, skt, e, pev, lai_hv, o total_precipitation. Automático toma todos los conocidos que tengan los archivos.</translation>
    </message>
    <message>
        <source>Short-term anomalies</source>
        <translation>Anomalías de corto plazo</translation>
    </message>
    <message>
        <source>Short-term anomalies depart from the mean of so many days around each day. Seasonal anomalies depart from the mean of so many days of the year around it, over at least three years.</source>
        <translation>Las anomalías de corto plazo se apartan de la media de tantos días en torno a cada día. Las anomalías estacionales se apartan de la media de tantos días del año en torno a él, en al menos tres años.</translation>
    </message>
    <message>
        <source>Show a station and the pixel that it stands in.</source>
        <translation>Mostrar una estación y el píxel en que se encuentra.</translation>
    </message>
    <message>
        <source>Show a station first, of maps that lie with their study: flags are kept beside its stations.</source>
        <translation>Muestre primero una estación, de mapas que estén con su estudio: las marcas se guardan junto a sus estaciones.</translation>
    </message>
    <message>
        <source>Show new places beside those that are shown, as Shift or Ctrl do with a click.</source>
        <translation>Mostrar los lugares nuevos junto a los ya mostrados, como Mayús o Ctrl con un clic.</translation>
    </message>
    <message>
        <source>Show no place any more.</source>
        <translation>No mostrar ya ningún lugar.</translation>
    </message>
    <message>
        <source>Show the features that are selected in the active layer.</source>
        <translation>Mostrar los objetos seleccionados en la capa activa.</translation>
    </message>
    <message>
        <source>Shuffles</source>
        <translation>Barajados</translation>
    </message>
    <message>
        <source>Side of a block</source>
        <translation>Lado de un bloque</translation>
    </message>
    <message>
        <source>Side of a block in km</source>
        <translation>Lado de un bloque en km</translation>
    </message>
    <message>
        <source>Side of a cell of the coarse product.</source>
        <translation>Lado de una celda del producto grueso.</translation>
    </message>
    <message>
        <source>Side of a pixel in units of the reference system. Only together with an extent.</source>
        <translation>Lado de un píxel en unidades del sistema de referencia. Solo junto con una extensión.</translation>
    </message>
    <message>
        <source>Side of a pixel of the truth and the covariates.</source>
        <translation>Lado de un píxel de la verdad y de las covariables.</translation>
    </message>
    <message>
        <source>Side of a square</source>
        <translation>Lado de un cuadrado</translation>
    </message>
    <message>
        <source>Side of the region</source>
        <translation>Lado de la región</translation>
    </message>
    <message>
        <source>Significance level</source>
        <translation>Nivel de significación</translation>
    </message>
    <message>
        <source>Single channel, horizontal (SCA-H)</source>
        <translation>Canal único, horizontal (SCA-H)</translation>
    </message>
    <message>
        <source>Single channel, vertical (SCA-V)</source>
        <translation>Canal único, vertical (SCA-V)</translation>
    </message>
    <message>
        <source>Sites to measure at</source>
        <translation>Sitios donde medir</translation>
    </message>
    <message>
        <source>Size of a mini-batch.</source>
        <translation>Tamaño de un minilote.</translation>
    </message>
    <message>
        <source>Slope</source>
        <translation>Pendiente</translation>
    </message>
    <message>
        <source>Smooth interpolation of the coarse product</source>
        <translation>Interpolación suave del producto grueso</translation>
    </message>
    <message>
        <source>So many days with the very same value are flagged S05. Ask for more where values are rounded to 0.01.</source>
        <translation>Tantos días con exactamente el mismo valor se marcan S05. Pida más si los valores están redondeados a 0.01.</translation>
    </message>
    <message>
        <source>So many falls from above the limit for continuously low to zero flag the whole year of the station, S02. 0 switches it off.</source>
        <translation>Tantas caídas a cero desde por encima del límite de continuamente bajo marcan todo el año de la estación, S02. 0 lo desactiva.</translation>
    </message>
    <message>
        <source>So many pixels are proposed, one after another: at each of them samples would bring the largest part of the grid into the area of applicability. 0: none.</source>
        <translation>Se proponen tantos píxeles, uno tras otro: en cada uno de ellos, unas muestras llevarían la mayor parte de la cuadrícula dentro del área de aplicabilidad. 0: ninguno.</translation>
    </message>
    <message>
        <source>So much rain of the day, the one before and the one after explains a rise.</source>
        <translation>Tanta lluvia del día, del anterior y del siguiente explica una subida.</translation>
    </message>
    <message>
        <source>So often each map is made again with every covariate disturbed by its own error, which the study tells (error, error_file): how far it moves counts in the standard deviation. 20 are few, 100 those of Jääskeläinen et al. 2025; each takes as long as the maps, and how long all take is told after the first. 0: errors of covariates are left out.</source>
        <translation>Tantas veces se vuelve a hacer cada mapa con todas las covariables perturbadas por su propio error, que indica el estudio (error, error_file): cuánto se mueve cuenta en la desviación estándar. 20 son pocas, 100 las de Jääskeläinen et al. 2025; cada una tarda tanto como los mapas, y cuánto tardan todas se dice tras la primera. 0: se dejan fuera los errores de las covariables.</translation>
    </message>
    <message>
        <source>Soft</source>
        <translation>Suave</translation>
    </message>
    <message>
        <source>Soil moisture</source>
        <translation>Humedad del suelo</translation>
    </message>
    <message>
        <source>Soil moisture (m³ m⁻³)</source>
        <translation>Humedad del suelo (m³ m⁻³)</translation>
    </message>
    <message>
        <source>Soil moisture column</source>
        <translation>Columna de humedad del suelo</translation>
    </message>
    <message>
        <source>Soil moisture in m³ m⁻³, as of a wet and a dry day.</source>
        <translation>Humedad del suelo en m³ m⁻³, por ejemplo de un día húmedo y uno seco.</translation>
    </message>
    <message>
        <source>Soil moisture in the components</source>
        <translation>Humedad del suelo en los componentes</translation>
    </message>
    <message>
        <source>Soil moisture: {}</source>
        <translation>Humedad del suelo: {}</translation>
    </message>
    <message>
        <source>Soil, terrain and vegetation; on any grid.</source>
        <translation>Suelo, relieve y vegetación; en cualquier cuadrícula.</translation>
    </message>
    <message>
        <source>SoilGrids and other static rasters</source>
        <translation>SoilGrids y otros rásteres estáticos</translation>
    </message>
    <message>
        <source>SoilSharp</source>
        <translation>SoilSharp</translation>
    </message>
    <message>
        <source>SoilSharp - fine soil moisture from coarse satellites</source>
        <translation>SoilSharp - humedad del suelo fina a partir de satélites gruesos</translation>
    </message>
    <message>
        <source>SoilSharp map</source>
        <translation>Mapa de SoilSharp</translation>
    </message>
    <message>
        <source>SoilSharp series</source>
        <translation>Series de SoilSharp</translation>
    </message>
    <message>
        <source>SoilSharp workflow</source>
        <translation>Flujo de trabajo de SoilSharp</translation>
    </message>
    <message>
        <source>SoilSharp: Python packages</source>
        <translation>SoilSharp: paquetes de Python</translation>
    </message>
    <message>
        <source>SoilSharp: flags of stations</source>
        <translation>SoilSharp: marcas de estaciones</translation>
    </message>
    <message>
        <source>SoilSharp: kriging with detail of covariates</source>
        <translation>SoilSharp: kriging con detalle de covariables</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Fuente</translation>
    </message>
    <message>
        <source>Spacing</source>
        <translation>Separación</translation>
    </message>
    <message>
        <source>Spatial blocks</source>
        <translation>Bloques espaciales</translation>
    </message>
    <message>
        <source>Spatial, with a buffer</source>
        <translation>Espacial, con zona de separación</translation>
    </message>
    <message>
        <source>Specific catchment area A, and TWI = ln(A / tan slope).</source>
        <translation>Área de captación específica A, y TWI = ln(A / tan pendiente).</translation>
    </message>
    <message>
        <source>Spectral indices</source>
        <translation>Índices espectrales</translation>
    </message>
    <message>
        <source>Spike: minimum height</source>
        <translation>Pico: altura mínima</translation>
    </message>
    <message>
        <source>Spread of</source>
        <translation>Dispersión de</translation>
    </message>
    <message>
        <source>Spread of the scores</source>
        <translation>Dispersión de las métricas</translation>
    </message>
    <message>
        <source>Spread over the period; only days with a coarse value count.</source>
        <translation>Repartidos por el periodo; solo cuentan los días con un valor grueso.</translation>
    </message>
    <message>
        <source>Squares</source>
        <translation>Cuadrados</translation>
    </message>
    <message>
        <source>Squares of the first map</source>
        <translation>Cuadrados del primer mapa</translation>
    </message>
    <message>
        <source>Squares of the ground on a wet and a dry day</source>
        <translation>Cuadrados del terreno en un día húmedo y uno seco</translation>
    </message>
    <message>
        <source>Standard deviation</source>
        <translation>Desviación estándar</translation>
    </message>
    <message>
        <source>Standard deviation by errors of covariates</source>
        <translation>Desviación estándar por errores de las covariables</translation>
    </message>
    <message>
        <source>Standard deviation by the coarse product</source>
        <translation>Desviación estándar por el producto grueso</translation>
    </message>
    <message>
        <source>Standard deviation by the model</source>
        <translation>Desviación estándar por el modelo</translation>
    </message>
    <message>
        <source>Standard deviation of the error of a sensor at its own place. What the error of a station is beyond it is told apart: how badly the station stands for its surroundings. Only with stations.</source>
        <translation>Desviación estándar del error de un sensor en su propio lugar. Lo que el error de una estación tiene de más se dice aparte: lo mal que la estación representa su entorno. Solo con estaciones.</translation>
    </message>
    <message>
        <source>Standard deviation of the error of each covariate in its unit, as ndvi=0.025; lst=1.5. They count in the standard deviation of the map as often as they are drawn.</source>
        <translation>Desviación estándar del error de cada covariable en su unidad, como ndvi=0.025; lst=1.5. Cuentan en la desviación estándar del mapa tantas veces como se extraen.</translation>
    </message>
    <message>
        <source>Standard deviation of the maps, all parts together, m³ m⁻³</source>
        <translation>Desviación estándar de los mapas, todas las partes juntas, m³ m⁻³</translation>
    </message>
    <message>
        <source>Standard deviation of what a station differs from the mean of its pixel, by its sensor and by where it stands; 0.03 is what makers of probes state for the sensor. It is added to the bands of maps, which are those of pixels, before it is told how much of the station values they hold.</source>
        <translation>Desviación estándar de lo que una estación difiere de la media de su píxel, por su sensor y por el lugar donde está; 0.03 es lo que los fabricantes de sondas indican para el sensor. Se suma a las bandas de los mapas, que son las de los píxeles, antes de decir cuántos valores de las estaciones contienen.</translation>
    </message>
    <message>
        <source>Standard deviation of what a station differs from the mean of its pixel, by its sensor and by where it stands; 0.03 is what makers of probes state for the sensor. It is taken out of the differences at held-out stations, half of their variance at most, so that bands of maps are those of pixels. 0: bands of what stations measure.</source>
        <translation>Desviación estándar de lo que una estación difiere de la media de su píxel, por su sensor y por el lugar donde está; 0.03 es lo que los fabricantes de sondas indican para el sensor. Se descuenta de las diferencias en estaciones apartadas, a lo sumo la mitad de su varianza, de modo que las bandas de los mapas son las de los píxeles. 0: bandas de lo que miden las estaciones.</translation>
    </message>
    <message>
        <source>Standard deviation that is stated for the coarse values, as 0.04 for SMAP. It is taken only if the maps themselves allow it, and with soft consistency always. 0: found from the maps.</source>
        <translation>Desviación estándar que se declara para los valores gruesos, por ejemplo 0.04 para SMAP. Solo se toma si los propios mapas lo permiten, y siempre con coherencia suave. 0: se halla a partir de los mapas.</translation>
    </message>
    <message>
        <source>Start from</source>
        <translation>Partir de</translation>
    </message>
    <message>
        <source>Start of the step</source>
        <translation>Principio del paso</translation>
    </message>
    <message>
        <source>Start with</source>
        <translation>Empezar con</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Estado</translation>
    </message>
    <message>
        <source>Station</source>
        <translation>Estación</translation>
    </message>
    <message>
        <source>Station (m³ m⁻³)</source>
        <translation>Estación (m³ m⁻³)</translation>
    </message>
    <message>
        <source>Station column</source>
        <translation>Columna de estación</translation>
    </message>
    <message>
        <source>Station that was compared</source>
        <translation>Estación comparada</translation>
    </message>
    <message>
        <source>Station {}</source>
        <translation>Estación {}</translation>
    </message>
    <message>
        <source>Stations</source>
        <translation>Estaciones</translation>
    </message>
    <message>
        <source>Stations and years (leave location and time out)</source>
        <translation>Estaciones y años (dejando fuera lugar y tiempo)</translation>
    </message>
    <message>
        <source>Stations as reference</source>
        <translation>Estaciones como referencia</translation>
    </message>
    <message>
        <source>Stations of AmeriFlux or FLUXNET</source>
        <translation>Estaciones de AmeriFlux o FLUXNET</translation>
    </message>
    <message>
        <source>Stations of the ISMN</source>
        <translation>Estaciones de la ISMN</translation>
    </message>
    <message>
        <source>Stations of the USCRN</source>
        <translation>Estaciones de la USCRN</translation>
    </message>
    <message>
        <source>Stations of the time series</source>
        <translation>Estaciones de las series temporales</translation>
    </message>
    <message>
        <source>Stations that stand in one pixel of the target grid become one, with the mean of their values (Jääskeläinen et al. 2025, Li et al. 2022); else each is a sample of its own.</source>
        <translation>Las estaciones que están en un mismo píxel de la cuadrícula de destino se unen en una, con la media de sus valores (Jääskeläinen et al. 2025, Li et al. 2022); si no, cada una es una muestra propia.</translation>
    </message>
    <message>
        <source>Stations with scores</source>
        <translation>Estaciones con métricas</translation>
    </message>
    <message>
        <source>Stations with the scores of every model, if there are any</source>
        <translation>Estaciones con las métricas de cada modelo, si las hay</translation>
    </message>
    <message>
        <source>Stations with verdict</source>
        <translation>Estaciones con veredicto</translation>
    </message>
    <message>
        <source>Stations within one pixel of this raster become one station with their mean, called as A+B. Left empty, they stay apart.</source>
        <translation>Las estaciones dentro de un mismo píxel de este ráster se unen en una estación con su media, llamada A+B. Vacío: siguen separadas.</translation>
    </message>
    <message>
        <source>Stations, gradient boosting (LightGBM)</source>
        <translation>Estaciones, potenciación de gradiente (LightGBM)</translation>
    </message>
    <message>
        <source>Stations, random forest</source>
        <translation>Estaciones, bosque aleatorio</translation>
    </message>
    <message>
        <source>Stations, ridge regression</source>
        <translation>Estaciones, regresión ridge</translation>
    </message>
    <message>
        <source>Stations, stratified by class</source>
        <translation>Estaciones, estratificadas por clase</translation>
    </message>
    <message>
        <source>Stations, the training ones spanning the widest range</source>
        <translation>Estaciones; las de entrenamiento abarcan el rango más amplio</translation>
    </message>
    <message>
        <source>Statistic</source>
        <translation>Estadístico</translation>
    </message>
    <message>
        <source>Statistic of SoilGrids</source>
        <translation>Estadístico de SoilGrids</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>Paso</translation>
    </message>
    <message>
        <source>Step before</source>
        <translation>Paso anterior</translation>
    </message>
    <message>
        <source>Step of Adam.</source>
        <translation>Paso de Adam.</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Pasos</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Detener</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Deteniendo…</translation>
    </message>
    <message>
        <source>Stops after so many rounds without gain on the samples held out for this.</source>
        <translation>Para después de tantas vueltas sin ganancia en las muestras reservadas para ello.</translation>
    </message>
    <message>
        <source>Strict</source>
        <translation>Estricto</translation>
    </message>
    <message>
        <source>Stuck: days of one value</source>
        <translation>Atascado: días de un mismo valor</translation>
    </message>
    <message>
        <source>Studies (*.json)</source>
        <translation>Estudios (*.json)</translation>
    </message>
    <message>
        <source>Study</source>
        <translation>Estudio</translation>
    </message>
    <message>
        <source>Study file of the region</source>
        <translation>Archivo de estudio de la región</translation>
    </message>
    <message>
        <source>Study file of the region with the further layers</source>
        <translation>Archivo de estudio de la región con las demás capas</translation>
    </message>
    <message>
        <source>Study file that has the covariates of the model.</source>
        <translation>Archivo de estudio que tiene las covariables del modelo.</translation>
    </message>
    <message>
        <source>Study file with a coarse product and covariates.</source>
        <translation>Archivo de estudio con un producto grueso y covariables.</translation>
    </message>
    <message>
        <source>Study file with a coarse product and dated covariates.</source>
        <translation>Archivo de estudio con un producto grueso y covariables con fechas.</translation>
    </message>
    <message>
        <source>Study file with a coarse product, surface temperature by day and night in K, and NDVI: thermal inertia, DISPATCH and the dryness index are rows too, made for the days that are compared. A method whose covariate is missing has no row, and the page says why. Empty: no physics.</source>
        <translation>Archivo de estudio con un producto grueso, temperatura de la superficie de día y de noche en K, y NDVI: la inercia térmica, DISPATCH y el índice de sequedad son también filas, hechas para los días que se comparan. Un método al que le falta su covariable no tiene fila, y la página dice por qué. Vacío: sin física.</translation>
    </message>
    <message>
        <source>Study file with a coarse product, surface temperature in K and NDVI.</source>
        <translation>Archivo de estudio con un producto grueso, temperatura superficial en K y NDVI.</translation>
    </message>
    <message>
        <source>Study file with all that the method needs.</source>
        <translation>Archivo de estudio con todo lo que el método necesita.</translation>
    </message>
    <message>
        <source>Study file with stations and covariates.</source>
        <translation>Archivo de estudio con estaciones y covariables.</translation>
    </message>
    <message>
        <source>Study file with the model's covariates: the report tells what part of its grid lies outside of what the samples cover. Empty: not told.</source>
        <translation>Archivo de estudio con las covariables del modelo: el informe dice qué parte de su malla queda fuera de lo que cubren las muestras. Vacío: no se dice.</translation>
    </message>
    <message>
        <source>Study file: its covariates that hold for all days count. Give it, or covariates by themselves.</source>
        <translation>Archivo de estudio: cuentan sus covariables que valen para todos los días. Indique el estudio o covariables sueltas.</translation>
    </message>
    <message>
        <source>Study for physics</source>
        <translation>Estudio para la física</translation>
    </message>
    <message>
        <source>Successful retrievals</source>
        <translation>Estimaciones logradas</translation>
    </message>
    <message>
        <source>Successive halving</source>
        <translation>Por mitades sucesivas</translation>
    </message>
    <message>
        <source>Sum</source>
        <translation>Suma</translation>
    </message>
    <message>
        <source>Sum or mean over the days or hours before every day: rain of the last three days, or temperature of the 72 hours before an overpass. Soil moisture remembers them. A day that is missing makes a sum unknown and not small. A study does this by itself; files are needed for other programs.</source>
        <translation>Suma o media de los días u horas anteriores a cada día: lluvia de los tres últimos días, o temperatura de las 72 horas anteriores a una pasada. La humedad del suelo las recuerda. Un día que falta hace que una suma sea desconocida, no pequeña. Un estudio lo hace por sí mismo; los archivos hacen falta para otros programas.</translation>
    </message>
    <message>
        <source>Sum over the days before</source>
        <translation>Suma de los días anteriores</translation>
    </message>
    <message>
        <source>Sum over the hours before</source>
        <translation>Suma de las horas anteriores</translation>
    </message>
    <message>
        <source>Sum, as of rain, or mean.</source>
        <translation>Suma, como de lluvia, o media.</translation>
    </message>
    <message>
        <source>Sums in mm (m where the files say so).</source>
        <translation>Sumas en mm (m si los archivos lo dicen).</translation>
    </message>
    <message>
        <source>Sums of each hour</source>
        <translation>Sumas de cada hora</translation>
    </message>
    <message>
        <source>Support vector regression</source>
        <translation>Regresión de vectores de soporte</translation>
    </message>
    <message>
        <source>Support vectors with a Gaussian kernel: smooth and accurate on few samples, slow on many.</source>
        <translation>Vectores de soporte con núcleo gaussiano: suaves y exactos con pocas muestras, lentos con muchas.</translation>
    </message>
    <message>
        <source>Surface reflectance</source>
        <translation>Reflectancia superficial</translation>
    </message>
    <message>
        <source>Surface, 0-5 cm</source>
        <translation>Superficie, 0-5 cm</translation>
    </message>
    <message>
        <source>Surroundings for the position</source>
        <translation>Entorno para la posición</translation>
    </message>
    <message>
        <source>Suspect from this fraction of faults</source>
        <translation>Sospechosa desde esta fracción de errores</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>Tabla</translation>
    </message>
    <message>
        <source>Table (CSV) of accumulated local effects and partial dependence, of all samples and by class.</source>
        <translation>Tabla (CSV) de efectos locales acumulados y dependencia parcial, de todas las muestras y por clase.</translation>
    </message>
    <message>
        <source>Table (CSV) of another run or training: its models are scored on the rows of the same place, day and part.</source>
        <translation>Tabla (CSV) de otra ejecución o entrenamiento: sus modelos se evalúan en las filas del mismo lugar, día y parte.</translation>
    </message>
    <message>
        <source>Table (CSV) of every file, sensor or line that was left out, and why.</source>
        <translation>Tabla (CSV) de cada archivo, sensor o línea omitidos, y por qué.</translation>
    </message>
    <message>
        <source>Table (CSV) of spans of days that a person has flagged: station, first, last, flag (D dubious, C out of range, G good), reason, by. As stations_flags.csv beside the table of stations; these flags count before those of the table. Empty: none.</source>
        <translation>Tabla (CSV) de intervalos de días que una persona ha marcado: station, first, last, flag (D dudoso, C fuera de rango, G bueno), reason, by. Como stations_flags.csv junto a la tabla de estaciones; estas marcas cuentan antes que las de la tabla. Vacío: ninguno.</translation>
    </message>
    <message>
        <source>Table (CSV) that the training steps read.</source>
        <translation>Tabla (CSV) que leen los pasos de entrenamiento.</translation>
    </message>
    <message>
        <source>Table (CSV) that training, comparing learners, a method or validating with stations wrote.</source>
        <translation>Tabla (CSV) que escribió un entrenamiento, una comparación de algoritmos, un método o una validación con estaciones.</translation>
    </message>
    <message>
        <source>Table (CSV) with one row a station and day: station, longitude, latitude, depth_m, date, soil_moisture (m3 m-3), flag (G is good), n (readings of the day), and where there are such soil_temperature, air_temperature (degC) and precipitation (mm). A study takes it as it is.</source>
        <translation>Tabla (CSV) con una fila por estación y día: station, longitude, latitude, depth_m, date, soil_moisture (m3 m-3), flag (G es bueno), n (lecturas del día) y, si las hay, soil_temperature, air_temperature (degC) y precipitation (mm). Un estudio la toma tal cual.</translation>
    </message>
    <message>
        <source>Table (CSV) with station and error_sd, m³ m⁻³, as Triple collocation writes it: stations that are less wrong then count for more in training. Empty: all count alike.</source>
        <translation>Tabla (CSV) con station y error_sd, m³ m⁻³, como la escribe Triple colocación: las estaciones que se equivocan menos cuentan más en el entrenamiento. Vacío: todas cuentan igual.</translation>
    </message>
    <message>
        <source>Table (CSV) with station, longitude, latitude, date (2023-05-01) and two or more columns of numbers, as precipitation in mm and temperature in °C.</source>
        <translation>Tabla (CSV) con station, longitude, latitude, date (2023-05-01) y dos o más columnas de números, por ejemplo precipitación en mm y temperatura en °C.</translation>
    </message>
    <message>
        <source>Table (CSV), one row a cell and day.</source>
        <translation>Tabla (CSV), una fila por celda y día.</translation>
    </message>
    <message>
        <source>Table (CSV), one row a class and covariate; without rows if samples have no classes.</source>
        <translation>Tabla (CSV), una fila por clase y covariable; sin filas si las muestras no tienen clases.</translation>
    </message>
    <message>
        <source>Table (CSV), one row a covariate and value.</source>
        <translation>Tabla (CSV), una fila por covariable y valor.</translation>
    </message>
    <message>
        <source>Table (CSV), one row a covariate.</source>
        <translation>Tabla (CSV), una fila por covariable.</translation>
    </message>
    <message>
        <source>Table (CSV), one row a covariate: the range of its coarse means, and fractions of pixels outside.</source>
        <translation>Tabla (CSV), una fila por covariable: el intervalo de sus medias gruesas y las fracciones de píxeles fuera.</translation>
    </message>
    <message>
        <source>Table (CSV), one row a covariate; stays tells the choice.</source>
        <translation>Tabla (CSV), una fila por covariable; stays indica la elección.</translation>
    </message>
    <message>
        <source>Table (CSV), one row a group, kind of folds, part and product, in m³ m⁻³ but for R, R² and ratios.</source>
        <translation>Tabla (CSV), una fila por grupo, tipo de pliegues, parte y producto, en m³ m⁻³ salvo R, R² y cocientes.</translation>
    </message>
    <message>
        <source>Table (CSV), one row a map and square.</source>
        <translation>Tabla (CSV), una fila por mapa y cuadrado.</translation>
    </message>
    <message>
        <source>Table (CSV), one row a map and variable: its correlation with the components.</source>
        <translation>Tabla (CSV), una fila por mapa y variable: su correlación con los componentes.</translation>
    </message>
    <message>
        <source>Table (CSV), one row a product and date.</source>
        <translation>Tabla (CSV), una fila por producto y fecha.</translation>
    </message>
    <message>
        <source>Table (CSV), one row a product.</source>
        <translation>Tabla (CSV), una fila por producto.</translation>
    </message>
    <message>
        <source>Table (CSV), one row a sample.</source>
        <translation>Tabla (CSV), una fila por muestra.</translation>
    </message>
    <message>
        <source>Table (CSV), one row a station and day.</source>
        <translation>Tabla (CSV), una fila por estación y día.</translation>
    </message>
    <message>
        <source>Table (CSV), one row a station and driver.</source>
        <translation>Tabla (CSV), una fila por estación y factor.</translation>
    </message>
    <message>
        <source>Table (CSV), one row a time scale and quantile.</source>
        <translation>Tabla (CSV), una fila por escala temporal y cuantil.</translation>
    </message>
    <message>
        <source>Table (CSV), one row for what was learned from and scored on, in cells a side: errors in m³ m⁻³, those of a model that learned at the scored scale, and the loss in % of these.</source>
        <translation>Tabla (CSV), una fila por aquello de lo que se aprendió y en lo que se evaluó, en celdas por lado: errores en m³ m⁻³, los de un modelo que aprendió en la escala evaluada, y la pérdida en % de estos.</translation>
    </message>
    <message>
        <source>Table (CSV): common days, mean and standard deviation before and after, why one was left out.</source>
        <translation>Tabla (CSV): días en común, media y desviación estándar antes y después, por qué se omitió alguna.</translation>
    </message>
    <message>
        <source>Table (CSV): maps, coarse product and station of every day, m³ m⁻³; stations that the model has learned from are marked.</source>
        <translation>Tabla (CSV): mapas, producto grueso y estación de cada día, m³ m⁻³; las estaciones de las que el modelo ha aprendido están señaladas.</translation>
    </message>
    <message>
        <source>Table (CSV): mean, median, SD and quartiles of the scores over stations, dates, weeks, months.</source>
        <translation>Tabla (CSV): media, mediana, DE y cuartiles de las métricas por estaciones, fechas, semanas y meses.</translation>
    </message>
    <message>
        <source>Table (CSV): name, error (SD of the input, in its unit), sd (of the map, in m³ m⁻³) and fraction of the variance, a row for each input, the coarse product, the model and the total.</source>
        <translation>Tabla (CSV): name, error (desviación estándar de la entrada, en su unidad), sd (del mapa, en m³ m⁻³) y fracción de la varianza, una fila por cada entrada, el producto grueso, el modelo y el total.</translation>
    </message>
    <message>
        <source>Table (CSV): one row a station and product with intervals; without stations, medians of the map.</source>
        <translation>Tabla (CSV): una fila por estación y producto con intervalos; sin estaciones, medianas del mapa.</translation>
    </message>
    <message>
        <source>Table (CSV): the fractions of what was observed that bands of 50, 80 and 90 % hold, and their widths in m³ m⁻³: of all rows, by month, class of the land, station, and where the coarse product was seen or not.</source>
        <translation>Tabla (CSV): fracciones de lo observado que contienen las bandas de 50, 80 y 90 %, y sus anchuras en m³ m⁻³: de todas las filas, por mes, clase de suelo, estación, y donde el producto grueso fue visto o no.</translation>
    </message>
    <message>
        <source>Table (CSV): what the folds predict of every sample that they hold out, in m³ m⁻³, beside the coarse product, the training climatology and a linear model. Without folds there is none.</source>
        <translation>Tabla (CSV): lo que predicen los pliegues de cada muestra que reservan, en m³ m⁻³, junto al producto grueso, la climatología de entrenamiento y un modelo lineal. Sin pliegues no hay ninguna.</translation>
    </message>
    <message>
        <source>Table (CSV)…</source>
        <translation>Tabla (CSV)…</translation>
    </message>
    <message>
        <source>Table (CSV, Excel) or point layer with station, longitude, latitude, date and soil moisture, daily or hourly. Where there are such, these columns are used: depth, flag, soil_temperature, air_temperature and lst (°C or K), precipitation (mm), porosity.</source>
        <translation>Tabla (CSV, Excel) o capa de puntos con estación, longitud, latitud, fecha y humedad del suelo, diaria u horaria. Si existen, se usan estas columnas: depth, flag, soil_temperature, air_temperature y lst (°C o K), precipitation (mm), porosity.</translation>
    </message>
    <message>
        <source>Table (CSV, Excel) or point layer with station, longitude, latitude, date and soil moisture.</source>
        <translation>Tabla (CSV, Excel) o capa de puntos con estación, longitud, latitud, fecha y humedad del suelo.</translation>
    </message>
    <message>
        <source>Table (CSV, Excel) or point layer, which counts as one more product. Empty: pixel by pixel.</source>
        <translation>Tabla (CSV, Excel) o capa de puntos, que cuenta como un producto más. Vacío: píxel a píxel.</translation>
    </message>
    <message>
        <source>Table (CSV, Excel) or point layer.</source>
        <translation>Tabla (CSV, Excel) o capa de puntos.</translation>
    </message>
    <message>
        <source>Table (CSV, Excel) or point layer; empty: the stations of the study.</source>
        <translation>Tabla (CSV, Excel) o capa de puntos; vacío: las estaciones del estudio.</translation>
    </message>
    <message>
        <source>Table (CSV, Excel) or point layer; flagged values do not count. Check the stations first.</source>
        <translation>Tabla (CSV, Excel) o capa de puntos; los valores marcados no cuentan. Revise antes las estaciones.</translation>
    </message>
    <message>
        <source>Table (CSV, Excel) or point layer; for products of many dates.</source>
        <translation>Tabla (CSV, Excel) o capa de puntos; para productos de muchas fechas.</translation>
    </message>
    <message>
        <source>Table of covariates</source>
        <translation>Tabla de covariables</translation>
    </message>
    <message>
        <source>Table of depths</source>
        <translation>Tabla de profundidades</translation>
    </message>
    <message>
        <source>Table of places</source>
        <translation>Tabla de lugares</translation>
    </message>
    <message>
        <source>Table of scores (CSV), one row a model and folds or test part</source>
        <translation>Tabla de métricas (CSV), una fila por modelo y pliegues o parte de prueba</translation>
    </message>
    <message>
        <source>Table of sites</source>
        <translation>Tabla de sitios</translation>
    </message>
    <message>
        <source>Table of the same stations with the values of the reference; instead of a study or rasters.</source>
        <translation>Tabla de las mismas estaciones con los valores de la referencia; en lugar de un estudio o de rásteres.</translation>
    </message>
    <message>
        <source>Table of what every model and baseline predicts (CSV)</source>
        <translation>Tabla de lo que predicen cada modelo y cada línea de base (CSV)</translation>
    </message>
    <message>
        <source>Table or layer with station, longitude and latitude, where the table itself has none.</source>
        <translation>Tabla o capa con estación, longitud y latitud, si la propia tabla no los tiene.</translation>
    </message>
    <message>
        <source>Table with soil moisture and the model's covariates; best one that it has not learned from.</source>
        <translation>Tabla con la humedad del suelo y las covariables del modelo; mejor una de la que no haya aprendido.</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>Tablas (*.csv)</translation>
    </message>
    <message>
        <source>Take samples from table</source>
        <translation>Tomar muestras de una tabla</translation>
    </message>
    <message>
        <source>Take slope, aspect, curvature, topographic position, flow accumulation and the topographic wetness index from an elevation model, after filling its sinks. Catchments end at the edge of the model: take one that is wider than your region.</source>
        <translation>Obtener pendiente, orientación, curvatura, posición topográfica, acumulación de flujo e índice topográfico de humedad de un modelo de elevación, tras rellenar sus depresiones. Las cuencas terminan en el borde del modelo: tome uno más amplio que su región.</translation>
    </message>
    <message>
        <source>Takes</source>
        <translation>Toma</translation>
    </message>
    <message>
        <source>Takes where the study has it</source>
        <translation>Toma si el estudio lo tiene</translation>
    </message>
    <message>
        <source>Target grid from raster</source>
        <translation>Cuadrícula de destino de un ráster</translation>
    </message>
    <message>
        <source>Tell how much of the uncertainty of maps comes from the error of each covariate, from the coarse product and from the model. Each covariate is disturbed by its own error, which the study tells, on a few days and every fifth pixel, and the maps are brought to the coarse product again. For maps of it ask for the parts of the standard deviation when downscaling.</source>
        <translation>Dice cuánto de la incertidumbre de los mapas viene del error de cada covariable, del producto grueso y del modelo. Cada covariable se perturba con su propio error, que indica el estudio, en unos pocos días y uno de cada cinco píxeles, y los mapas se llevan de nuevo al producto grueso. Para mapas de ello, pida las partes de la desviación estándar al aumentar la resolución.</translation>
    </message>
    <message>
        <source>Tell how wrong three or more products are, with none of them taken for the truth: signal-to-noise ratio, standard deviation of the error and R² with intervals, at every station or, without stations, at every pixel. The errors of the products must have nothing to do with each other, as those of a satellite, a model and stations.</source>
        <translation>Dice cuánto se equivocan tres o más productos sin tomar ninguno por la verdad: relación señal-ruido, desviación estándar del error y R² con intervalos, en cada estación o, sin estaciones, en cada píxel. Los errores de los productos no deben tener nada que ver entre sí, como los de un satélite, un modelo y estaciones.</translation>
    </message>
    <message>
        <source>Tell what a model goes by: SHAP values, importances, partial dependence and accumulated local effects of its covariates, also by land cover, and whether it answers to them as physics expects, as with wetter soil to more rain.</source>
        <translation>Indica en qué se basa un modelo: valores SHAP, importancias, dependencia parcial y efectos locales acumulados de sus covariables, también por cobertura del suelo, y si responde a ellas como espera la física, por ejemplo con suelo más húmedo tras más lluvia.</translation>
    </message>
    <message>
        <source>Tell what a model of a coarse product loses when it is asked for smaller cells than it has learned from: learned from 2 x 2 and 4 x 4 coarse cells, scored on single ones that were held out, and the other way round. Fine pixels outside of the range of the coarse means are counted by covariate.</source>
        <translation>Dice qué pierde un modelo de un producto grueso cuando se le piden celdas menores que aquellas de las que aprendió: aprendido de 2 x 2 y 4 x 4 celdas gruesas, evaluado en celdas sueltas que se reservaron, y al revés. Los píxeles finos fuera del intervalo de las medias gruesas se cuentan por covariable.</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>Temperatura</translation>
    </message>
    <message>
        <source>Temperature by day</source>
        <translation>Temperatura de día</translation>
    </message>
    <message>
        <source>Temperature by night</source>
        <translation>Temperatura de noche</translation>
    </message>
    <message>
        <source>Temperatures in °C</source>
        <translation>Temperaturas en °C</translation>
    </message>
    <message>
        <source>Terra, else Aqua</source>
        <translation>Terra; si no, Aqua</translation>
    </message>
    <message>
        <source>Terrain attributes</source>
        <translation>Atributos del relieve</translation>
    </message>
    <message>
        <source>Terrain from an elevation model</source>
        <translation>Relieve de un modelo de elevación</translation>
    </message>
    <message>
        <source>Test part</source>
        <translation>Parte de prueba</translation>
    </message>
    <message>
        <source>Test part by</source>
        <translation>Parte de prueba por</translation>
    </message>
    <message>
        <source>Test part too</source>
        <translation>También parte de prueba</translation>
    </message>
    <message>
        <source>The Python packages that SoilSharp can use, and a button that installs them.</source>
        <translation>Los paquetes de Python que SoilSharp puede usar, y un botón que los instala.</translation>
    </message>
    <message>
        <source>The best of five learners in each 16 days learns the coarse product from the covariates in its cells, and is applied at 1 km. Made for desertification areas of northern China.</source>
        <translation>El mejor de cinco algoritmos cada 16 días aprende el producto grueso de las covariables de sus celdas, y se aplica a 1 km. Hecho para zonas de desertificación del norte de China.</translation>
    </message>
    <message>
        <source>The clock of the times in the table.</source>
        <translation>El reloj de las horas de la tabla.</translation>
    </message>
    <message>
        <source>The coarse maps are not loaded: {}</source>
        <translation>Los mapas gruesos no se cargan: {}</translation>
    </message>
    <message>
        <source>The coarse product divided by the difference of day and night temperature alone: a line for each class of NDVI and month, brought to the coarse means. No learner; what learning must beat.</source>
        <translation>El producto grueso repartido solo con la diferencia de temperatura entre el día y la noche: una recta por cada clase de NDVI y mes, llevada a las medias gruesas. Sin algoritmo de aprendizaje; lo que el aprendizaje debe superar.</translation>
    </message>
    <message>
        <source>The coarse product divided by the evaporative efficiency of the soil, from day temperature and NDVI alone, brought to the coarse means; no value under dense vegetation. No learner; what learning must beat.</source>
        <translation>El producto grueso repartido con la eficiencia evaporativa del suelo, solo a partir de la temperatura diurna y el NDVI, llevado a las medias gruesas; sin valor bajo vegetación densa. Sin algoritmo de aprendizaje; lo que el aprendizaje debe superar.</translation>
    </message>
    <message>
        <source>The coarse product divided by the temperature–vegetation dryness index alone: a line on each day, brought to the coarse means. No learner; what learning must beat.</source>
        <translation>El producto grueso repartido solo con el índice de sequedad temperatura–vegetación: una recta cada día, llevada a las medias gruesas. Sin algoritmo de aprendizaje; lo que el aprendizaje debe superar.</translation>
    </message>
    <message>
        <source>The coarse product itself</source>
        <translation>El propio producto grueso</translation>
    </message>
    <message>
        <source>The coarse raster that the products come from.</source>
        <translation>El ráster grueso del que proceden los productos.</translation>
    </message>
    <message>
        <source>The covariate by which most pixels lie outside</source>
        <translation>La covariable por la que más píxeles quedan fuera</translation>
    </message>
    <message>
        <source>The covariate that moves the maps most</source>
        <translation>La covariable que más mueve los mapas</translation>
    </message>
    <message>
        <source>The days up to the next map</source>
        <translation>Los días hasta el mapa siguiente</translation>
    </message>
    <message>
        <source>The dense network with one variational layer: its weights are uncertain too.</source>
        <translation>La red densa con una capa variacional: también sus pesos son inciertos.</translation>
    </message>
    <message>
        <source>The error of the best learner from folds to folds, in one line</source>
        <translation>El error del mejor algoritmo de unos pliegues a otros, en una línea</translation>
    </message>
    <message>
        <source>The extent has no reference system: choose that of the target grid.</source>
        <translation>La extensión no tiene sistema de referencia: elija el de la cuadrícula de destino.</translation>
    </message>
    <message>
        <source>The fine maps</source>
        <translation>Los mapas finos</translation>
    </message>
    <message>
        <source>The fine maps get this raster's grid. Empty: that of the finest covariate.</source>
        <translation>Los mapas finos reciben la cuadrícula de este ráster. Vacío: la de la covariable más fina.</translation>
    </message>
    <message>
        <source>The first model, which the numbers are of</source>
        <translation>El primer modelo, del que son los números</translation>
    </message>
    <message>
        <source>The first {} of {} selected features are shown.</source>
        <translation>Se muestran los primeros {} de {} objetos seleccionados.</translation>
    </message>
    <message>
        <source>The head-to-head counts the stations that each learner wins in every class of land: of texture, land cover, climate or any other covariate of classes or column of text. With this, quartiles of the static numbers count beside them, which the published one has not.</source>
        <translation>El cara a cara cuenta las estaciones que gana cada algoritmo en cada clase de terreno: de textura, cobertura del suelo, clima o cualquier otra covariable de clases o columna de texto. Con esto cuentan además los cuartiles de los números estáticos, que el publicado no tiene.</translation>
    </message>
    <message>
        <source>The map to change, in m³ m⁻³.</source>
        <translation>El mapa que se cambia, en m³ m⁻³.</translation>
    </message>
    <message>
        <source>The maps are being opened; pick the place again in a moment.</source>
        <translation>Se están abriendo los mapas; vuelva a elegir el lugar en un momento.</translation>
    </message>
    <message>
        <source>The maps that are looked at: those of the project, or of a folder of your choice.</source>
        <translation>Los mapas que se miran: los del proyecto, o los de una carpeta que usted elija.</translation>
    </message>
    <message>
        <source>The model that made the maps; the report then tells how it was trained.</source>
        <translation>El modelo que generó los mapas; el informe dice entonces cómo se entrenó.</translation>
    </message>
    <message>
        <source>The model that was trained</source>
        <translation>El modelo entrenado</translation>
    </message>
    <message>
        <source>The model with its passport, in one file.</source>
        <translation>El modelo con su pasaporte, en un archivo.</translation>
    </message>
    <message>
        <source>The most important covariate, by SHAP values</source>
        <translation>La covariable más importante, según los valores SHAP</translation>
    </message>
    <message>
        <source>The others get its reference system and its pixels.</source>
        <translation>Los demás reciben su sistema de referencia y sus píxeles.</translation>
    </message>
    <message>
        <source>The region is a square.</source>
        <translation>La región es un cuadrado.</translation>
    </message>
    <message>
        <source>The rest is the test part.</source>
        <translation>El resto es la parte de prueba.</translation>
    </message>
    <message>
        <source>The result gets this raster's grid.</source>
        <translation>El resultado recibe la cuadrícula de este ráster.</translation>
    </message>
    <message>
        <source>The same by class, as lst in 30 (grass), with ; between them</source>
        <translation>Lo mismo por clase, como lst in 30 (grass), separado por ;</translation>
    </message>
    <message>
        <source>The same in a terminal, on Windows in the OSGeo4W Shell; start QGIS again after it.</source>
        <translation>Lo mismo en una terminal, en Windows en la OSGeo4W Shell; después, reinicie QGIS.</translation>
    </message>
    <message>
        <source>The same model with what was found in its passport, so that maps and reports can tell it.</source>
        <translation>El mismo modelo con lo hallado en su pasaporte, para que los mapas y los informes puedan decirlo.</translation>
    </message>
    <message>
        <source>The same seed gives the same result.</source>
        <translation>La misma semilla da el mismo resultado.</translation>
    </message>
    <message>
        <source>The stations' quality</source>
        <translation>La calidad de las estaciones</translation>
    </message>
    <message>
        <source>The step failed; see the log.</source>
        <translation>El paso falló; vea el registro.</translation>
    </message>
    <message>
        <source>The step of three hours that holds this hour, as 6. Empty: the mean of the day's steps. Only for L4.</source>
        <translation>El paso de tres horas que contiene esta hora, por ejemplo 6. Vacío: la media de los pasos del día. Solo para L4.</translation>
    </message>
    <message>
        <source>The study file to check.</source>
        <translation>El archivo de estudio que se revisa.</translation>
    </message>
    <message>
        <source>The study file to write; paths in it are relative to it.</source>
        <translation>El archivo de estudio que se escribe; sus rutas son relativas a él.</translation>
    </message>
    <message>
        <source>The system does not read or write {}: {}. Check the file, or choose another place.</source>
        <translation>El sistema no lee o no escribe {}: {}. Revise el archivo o elija otro lugar.</translation>
    </message>
    <message>
        <source>The table with its flags (CSV).</source>
        <translation>La tabla con sus marcas (CSV).</translation>
    </message>
    <message>
        <source>The table, rescaled (CSV).</source>
        <translation>La tabla, reescalada (CSV).</translation>
    </message>
    <message>
        <source>The zip as it was delivered; or a folder of several zips, or of what was unpacked from them, which is read whole. All is left as it is.</source>
        <translation>El zip tal como fue entregado; o una carpeta de varios zip, o de lo que se descomprimió de ellos, que se lee entera. Todo queda como está.</translation>
    </message>
    <message>
        <source>Their largest share</source>
        <translation>Su parte máxima</translation>
    </message>
    <message>
        <source>Their mean, the one with the most days, or the first by name.</source>
        <translation>Su media, el de más días, o el primero por nombre.</translation>
    </message>
    <message>
        <source>There are no stations: give them, or a study that has some.</source>
        <translation>No hay estaciones: indíquelas, o un estudio que las tenga.</translation>
    </message>
    <message>
        <source>There is no pip, or an old one: {} is fetched.</source>
        <translation>No hay pip, o es antiguo: se descarga {}.</translation>
    </message>
    <message>
        <source>There is not enough memory for this. Take a smaller area, a coarser grid or fewer days.</source>
        <translation>No hay memoria suficiente para esto. Tome un área menor, una cuadrícula más gruesa o menos días.</translation>
    </message>
    <message>
        <source>Thermal inertia</source>
        <translation>Inercia térmica</translation>
    </message>
    <message>
        <source>They are called name_20230501.tif; empty: taken from the files or the folder.</source>
        <translation>Se llaman nombre_20230501.tif; vacío: se toma de los archivos o de la carpeta.</translation>
    </message>
    <message>
        <source>Things that must be mended before the study can be used</source>
        <translation>Cosas que hay que corregir antes de poder usar el estudio</translation>
    </message>
    <message>
        <source>Things to know</source>
        <translation>Cosas que conviene saber</translation>
    </message>
    <message>
        <source>This place lies outside of the maps.</source>
        <translation>Este lugar queda fuera de los mapas.</translation>
    </message>
    <message>
        <source>Time column</source>
        <translation>Columna de hora</translation>
    </message>
    <message>
        <source>Time of the hour</source>
        <translation>Momento de la hora</translation>
    </message>
    <message>
        <source>Time stamp</source>
        <translation>Marca de tiempo</translation>
    </message>
    <message>
        <source>Times are of</source>
        <translation>Las horas son de</translation>
    </message>
    <message>
        <source>Title of the report</source>
        <translation>Título del informe</translation>
    </message>
    <message>
        <source>To be installed: {}</source>
        <translation>Se instalará: {}</translation>
    </message>
    <message>
        <source>Top of the layer, for the rules range and weighted.</source>
        <translation>Techo de la capa, para las reglas range y weighted.</translation>
    </message>
    <message>
        <source>Topographic position</source>
        <translation>Posición topográfica</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>Entrenar</translation>
    </message>
    <message>
        <source>Train: several learners together</source>
        <translation>Entrenar: varios algoritmos juntos</translation>
    </message>
    <message>
        <source>Train: {}</source>
        <translation>Entrenar: {}</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>Entrenamiento</translation>
    </message>
    <message>
        <source>Training climatology</source>
        <translation>Climatología de entrenamiento</translation>
    </message>
    <message>
        <source>Training fraction</source>
        <translation>Fracción de entrenamiento</translation>
    </message>
    <message>
        <source>Training mean</source>
        <translation>Media de entrenamiento</translation>
    </message>
    <message>
        <source>Training table of one of the sampling steps.</source>
        <translation>Tabla de entrenamiento de uno de los pasos de muestreo.</translation>
    </message>
    <message>
        <source>Transect</source>
        <translation>Transecto</translation>
    </message>
    <message>
        <source>Transect {}</source>
        <translation>Transecto {}</translation>
    </message>
    <message>
        <source>Tries</source>
        <translation>Intentos</translation>
    </message>
    <message>
        <source>Triple collocation</source>
        <translation>Triple colocación</translation>
    </message>
    <message>
        <source>Turn any dated rasters into daily maps: NetCDF and GRIB with a time axis (ESA CCI, C3S, GLDAS, CHIRPS), or GeoTIFFs with the day in their names (CHIRPS, also as .tif.gz), or lists of cells. Scale, fill value and valid range can be set where files do not tell them; steps of less than a day become a daily mean, sum, least or greatest value.</source>
        <translation>Convertir cualesquiera rásteres con fecha en mapas diarios: NetCDF y GRIB con eje de tiempo (ESA CCI, C3S, GLDAS, CHIRPS), o GeoTIFF con el día en el nombre (CHIRPS, también como .tif.gz), o listas de celdas. La escala, el valor de relleno y el rango válido pueden indicarse si los archivos no los dicen; los pasos de menos de un día se convierten en media, suma, mínimo o máximo diarios.</translation>
    </message>
    <message>
        <source>Turn hourly files of the Climate Data Store into daily maps: daily sums and means, the value at an hour, or sums and means over the hours before an overpass. Running sums since 00 UTC become amounts of single hours first. Rain and evaporation are in mm (evaporation is negative, as at ECMWF), radiation in MJ m-2 a day or W m-2 at an hour.</source>
        <translation>Convertir archivos horarios del Climate Data Store en mapas diarios: sumas y medias diarias, el valor a una hora, o sumas y medias de las horas anteriores a una pasada. Las sumas acumuladas desde las 00 UTC se convierten antes en cantidades de cada hora. La lluvia y la evaporación están en mm (la evaporación es negativa, como en el ECMWF); la radiación, en MJ m-2 por día, o W m-2 a una hora.</translation>
    </message>
    <message>
        <source>Two rasters are called '{}'. Rename one.</source>
        <translation>Dos rásteres se llaman '{}'. Cambie el nombre de uno.</translation>
    </message>
    <message>
        <source>Two rasters are for '{}'; give the one of the date.</source>
        <translation>Hay dos rásteres para '{}'; indique el de la fecha.</translation>
    </message>
    <message>
        <source>Two satellites on one day</source>
        <translation>Dos satélites en un día</translation>
    </message>
    <message>
        <source>UTC</source>
        <translation>UTC</translation>
    </message>
    <message>
        <source>Unbiased root mean square error of the first product, m³ m⁻³</source>
        <translation>Raíz insesgada del error cuadrático medio del primer producto, m³ m⁻³</translation>
    </message>
    <message>
        <source>Unbiased root mean square error of the folds, m³ m⁻³</source>
        <translation>Raíz insesgada del error cuadrático medio de los pliegues, m³ m⁻³</translation>
    </message>
    <message>
        <source>Unbiased root mean square error of the maps, m³ m⁻³</source>
        <translation>Raíz insesgada del error cuadrático medio de los mapas, m³ m⁻³</translation>
    </message>
    <message>
        <source>Unbiased root mean square error, m³ m⁻³</source>
        <translation>Raíz insesgada del error cuadrático medio, m³ m⁻³</translation>
    </message>
    <message>
        <source>Uncertainty budget</source>
        <translation>Balance de incertidumbre</translation>
    </message>
    <message>
        <source>Undo the last change.</source>
        <translation>Deshacer el último cambio.</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>Unidad</translation>
    </message>
    <message>
        <source>Unit of depths</source>
        <translation>Unidad de las profundidades</translation>
    </message>
    <message>
        <source>Unit of other rasters after the scale, as m. Not for SoilGrids.</source>
        <translation>Unidad de los demás rásteres después de la escala, por ejemplo m. No se aplica a SoilGrids.</translation>
    </message>
    <message>
        <source>Unit of soil moisture</source>
        <translation>Unidad de la humedad del suelo</translation>
    </message>
    <message>
        <source>Unit of the coarse soil moisture</source>
        <translation>Unidad de la humedad del suelo gruesa</translation>
    </message>
    <message>
        <source>Unit of the reference rasters</source>
        <translation>Unidad de los rásteres de referencia</translation>
    </message>
    <message>
        <source>Units of the first hidden layer</source>
        <translation>Unidades de la primera capa oculta</translation>
    </message>
    <message>
        <source>Units of the second hidden layer</source>
        <translation>Unidades de la segunda capa oculta</translation>
    </message>
    <message>
        <source>Units of the variational layer</source>
        <translation>Unidades de la capa variacional</translation>
    </message>
    <message>
        <source>Valid days that the mean of a window needs; with fewer there is no anomaly.</source>
        <translation>Días válidos que necesita la media de una ventana; con menos no hay anomalía.</translation>
    </message>
    <message>
        <source>Valid fraction of pixels</source>
        <translation>Fracción válida de los píxeles</translation>
    </message>
    <message>
        <source>Validate</source>
        <translation>Validar</translation>
    </message>
    <message>
        <source>Validate with stations</source>
        <translation>Validar con estaciones</translation>
    </message>
    <message>
        <source>Validation</source>
        <translation>Validación</translation>
    </message>
    <message>
        <source>Validation fraction</source>
        <translation>Fracción de validación</translation>
    </message>
    <message>
        <source>Validation with stations</source>
        <translation>Validación con estaciones</translation>
    </message>
    <message>
        <source>Value at an hour</source>
        <translation>Valor a una hora</translation>
    </message>
    <message>
        <source>Values above are flagged S03: 0.8 in Jääskeläinen et al. (2025), 0.7 in Poehls et al. (2025). Above 0.6 is flagged C02 in any case.</source>
        <translation>Los valores mayores se marcan S03: 0.8 en Jääskeläinen et al. (2025), 0.7 en Poehls et al. (2025). Por encima de 0.6 se marca C02 en todo caso.</translation>
    </message>
    <message>
        <source>Values above it are flagged C03. Only for stations without a column 'saturation' or 'porosity'; empty: C03 is skipped there.</source>
        <translation>Los valores mayores se marcan C03. Solo para estaciones sin columna 'saturation' o 'porosity'; vacío: ahí se prescinde de C03.</translation>
    </message>
    <message>
        <source>Values are multiplied by it, after what the files say themselves.</source>
        <translation>Los valores se multiplican por este número, después de lo que digan los propios archivos.</translation>
    </message>
    <message>
        <source>Values are multiplied by it, as 0.0001 for NDVI of MODIS as it is delivered. Of rasters of decimals among such of whole numbers the values tell whether they are scaled already.</source>
        <translation>Los valores se multiplican por este número, por ejemplo 0.0001 para el NDVI de MODIS tal como se entrega. En rásteres de decimales entre otros de enteros, los valores dicen si ya están escalados.</translation>
    </message>
    <message>
        <source>Values of SoilGrids</source>
        <translation>Valores de SoilGrids</translation>
    </message>
    <message>
        <source>Values of each covariate, from its 5th to its 95th percentile, for which the partial dependence is computed, and bins of the accumulated local effects.</source>
        <translation>Valores de cada covariable, desde su percentil 5 hasta el 95, para los que se calcula la dependencia parcial, y clases de los efectos locales acumulados.</translation>
    </message>
    <message>
        <source>Values to search</source>
        <translation>Valores que buscar</translation>
    </message>
    <message>
        <source>Variable</source>
        <translation>Variable</translation>
    </message>
    <message>
        <source>Variable of the components</source>
        <translation>Variable de los componentes</translation>
    </message>
    <message>
        <source>Variables</source>
        <translation>Variables</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Versión</translation>
    </message>
    <message>
        <source>Vote of correlations and importance</source>
        <translation>Voto de correlaciones e importancia</translation>
    </message>
    <message>
        <source>Weather stations</source>
        <translation>Estaciones meteorológicas</translation>
    </message>
    <message>
        <source>Week</source>
        <translation>Semana</translation>
    </message>
    <message>
        <source>Weeks</source>
        <translation>Semanas</translation>
    </message>
    <message>
        <source>Weight of each tree.</source>
        <translation>Peso de cada árbol.</translation>
    </message>
    <message>
        <source>Weighted</source>
        <translation>Ponderado</translation>
    </message>
    <message>
        <source>Weights of samples</source>
        <translation>Pesos de las muestras</translation>
    </message>
    <message>
        <source>Weights of the parts of the model in these maps</source>
        <translation>Pesos de las partes del modelo en estos mapas</translation>
    </message>
    <message>
        <source>Weights of the parts of the model, as learned</source>
        <translation>Pesos de las partes del modelo, tal como se aprendieron</translation>
    </message>
    <message>
        <source>Wetter with</source>
        <translation>Más húmedo con</translation>
    </message>
    <message>
        <source>What a day's map holds. Auto: the sum of what is accumulated (rain, radiation, evaporation), the mean of the rest. Value at hour: the one hour, for what is accumulated that of the hour that ends then. Sum before and mean before: over the hours that end at the hour, as the 72 h of rain before an overpass.</source>
        <translation>Qué contiene el mapa de un día. Automático: la suma de lo que se acumula (lluvia, radiación, evaporación), la media de lo demás. Valor a una hora: esa hora; para lo que se acumula, el de la hora que termina entonces. Suma y media anteriores: de las horas que terminan en la hora, por ejemplo las 72 h de lluvia antes de una pasada.</translation>
    </message>
    <message>
        <source>What came out, in one sentence</source>
        <translation>El resultado, en una frase</translation>
    </message>
    <message>
        <source>What covariates add to the maps (SHAP)</source>
        <translation>Qué aportan las covariables a los mapas (SHAP)</translation>
    </message>
    <message>
        <source>What else they tell</source>
        <translation>Qué más dicen</translation>
    </message>
    <message>
        <source>What is held out together. random: single samples (optimistic: neighbours in space and time are in both parts); date_stratified: single samples, the same fraction of each day; station: whole stations; station_widest: whole stations, so that the training ones span the widest range of the static covariates; year: calendar years (as one test part, the last ones); class: whole stations, so that each part has all classes of a column.</source>
        <translation>Qué se reserva junto. random: muestras sueltas (optimista: los vecinos en espacio y tiempo están en ambas partes); date_stratified: muestras sueltas, la misma fracción de cada día; station: estaciones enteras; station_widest: estaciones enteras, de modo que las de entrenamiento abarquen el rango más amplio de las covariables estáticas; year: años naturales (como única parte de prueba, los últimos); class: estaciones enteras, de modo que cada parte tenga todas las clases de una columna.</translation>
    </message>
    <message>
        <source>What is held out together. random: single samples (optimistic: neighbours in space and time are in both parts); station: whole stations; year: calendar years (as one test part, the last ones); station_year: stations in years, neither of which the model knows; class: whole stations, so that each part has all classes of a column; block: square blocks of coarse cells; buffered: stations, else blocks, with a gap around them; knndm: places as far from the training ones as the map is; date: whole days; column: rows with one text in a column. auto: stations where there are any, else blocks, else single samples.</source>
        <translation>Qué se reserva junto. random: muestras sueltas (optimista: los vecinos en espacio y tiempo están en ambas partes); station: estaciones enteras; year: años naturales (como única parte de prueba, los últimos); station_year: estaciones en años, de los que el modelo no conoce ni unas ni otros; class: estaciones enteras, de modo que cada parte tenga todas las clases de una columna; block: bloques cuadrados de celdas gruesas; buffered: estaciones, o si no bloques, con una franja alrededor; knndm: lugares tan lejos de los de entrenamiento como lo está el mapa; date: días enteros; column: filas con un mismo texto en una columna. auto: estaciones si las hay; si no, bloques; si no, muestras sueltas.</translation>
    </message>
    <message>
        <source>What is held out together. {}. Random folds beside others show how optimistic they are; kinds that these samples do not allow, or that lack the name of a column, are left out.</source>
        <translation>Qué se reserva junto. {}. Los pliegues aleatorios junto a otros muestran cuán optimistas son; los tipos que estas muestras no permiten, o a los que falta el nombre de una columna, se omiten.</translation>
    </message>
    <message>
        <source>What it lacks</source>
        <translation>Qué le falta</translation>
    </message>
    <message>
        <source>What most of it comes from</source>
        <translation>De qué viene la mayor parte</translation>
    </message>
    <message>
        <source>What no pixel exceeds: a number in m³ m⁻³, or the name of a covariate of the study that holds it, as porosity. Other pixels of the coarse cell make up for it. Empty: 0.6, which no mineral soil exceeds.</source>
        <translation>Valor que ningún píxel supera: un número en m³ m⁻³ o el nombre de una covariable del estudio que lo contiene, como la porosidad. Los demás píxeles de la celda gruesa lo compensan. Vacío: 0,6, que ningún suelo mineral supera.</translation>
    </message>
    <message>
        <source>What no pixel exceeds: a number in m³ m⁻³, or the name of a covariate of the study that holds it, as porosity. Other pixels of the coarse cell make up for it. Empty: none.</source>
        <translation>Valor que ningún píxel supera: un número en m³ m⁻³ o el nombre de una covariable del estudio que lo contiene, como la porosidad. Los demás píxeles de la celda gruesa lo compensan. Vacío: ninguno.</translation>
    </message>
    <message>
        <source>What no pixel falls below: a number in m³ m⁻³, or the name of a covariate of the study that holds it, as residual water content. Other pixels of the coarse cell make up for it. Empty: none.</source>
        <translation>Valor por debajo del cual no cae ningún píxel: un número en m³ m⁻³ o el nombre de una covariable del estudio que lo contiene, como el contenido de agua residual. Los demás píxeles de la celda gruesa lo compensan. Vacío: ninguno.</translation>
    </message>
    <message>
        <source>What the covariates tell, in words</source>
        <translation>Qué dicen las covariables, en palabras</translation>
    </message>
    <message>
        <source>What the means shall be, in m³ m⁻³.</source>
        <translation>Lo que deben ser las medias, en m³ m⁻³.</translation>
    </message>
    <message>
        <source>What the numbers of the land cover stand for, so that directions are held against what physics expects there.</source>
        <translation>Qué significan los números de la cobertura del suelo, para comparar las direcciones con lo que la física espera en cada una.</translation>
    </message>
    <message>
        <source>What the study lacks</source>
        <translation>Qué le falta al estudio</translation>
    </message>
    <message>
        <source>What to learn from</source>
        <translation>De qué aprender</translation>
    </message>
    <message>
        <source>What to learn.</source>
        <translation>Qué aprender.</translation>
    </message>
    <message>
        <source>What was left out</source>
        <translation>Lo que se omitió</translation>
    </message>
    <message>
        <source>What was missing is there now: {}.</source>
        <translation>Lo que faltaba ya está: {}.</translation>
    </message>
    <message>
        <source>What, where, when</source>
        <translation>Qué, dónde, cuándo</translation>
    </message>
    <message>
        <source>Where 11 days are on average so far off the running median of a week, and twice as far as usual, noisy days are flagged S13.</source>
        <translation>Donde 11 días se apartan en promedio tanto de la mediana móvil de una semana, y el doble de lo usual, los días ruidosos se marcan S13.</translation>
    </message>
    <message>
        <source>Where coarser than the grid</source>
        <translation>Donde es más grueso que la cuadrícula</translation>
    </message>
    <message>
        <source>Where one rule does not suit all: 'name: rule', separated by semicolons. Rules: nearest, bilinear, cubic, classes. Example: ndvi: bilinear; landcover: classes</source>
        <translation>Si una regla no conviene a todos: 'nombre: regla', separados por punto y coma. Reglas: nearest, bilinear, cubic, classes. Ejemplo: ndvi: bilinear; landcover: classes</translation>
    </message>
    <message>
        <source>Where the files of the study are now; empty: where they were.</source>
        <translation>Dónde están ahora los archivos del estudio; vacío: donde estaban.</translation>
    </message>
    <message>
        <source>Where the input holds several products: the one to take, as MOD13A1 or, of both satellites, MOD13A1, MYD13A1; or all that have the variable, each into a folder named after it. Empty: the only one that fits; of several the counts are told.</source>
        <translation>Si la entrada contiene varios productos: el que se toma, por ejemplo MOD13A1 o, de ambos satélites, MOD13A1, MYD13A1; o todos los que tienen la variable, cada uno en una carpeta con su nombre. Vacío: el único que sirve; si son varios, se indican los recuentos.</translation>
    </message>
    <message>
        <source>Where the input holds several products: the one to take, as SMAP_L3_SM_P_E, or all, each into a folder named after it. Empty: the only one that there is; of several the counts are told.</source>
        <translation>Si la entrada contiene varios productos: el que se toma, por ejemplo SMAP_L3_SM_P_E, o todos, cada uno en una carpeta con su nombre. Vacío: el único que haya; si son varios, se indican los recuentos.</translation>
    </message>
    <message>
        <source>Where the model may be believed</source>
        <translation>Dónde se puede confiar en el modelo</translation>
    </message>
    <message>
        <source>Whether QGIS opens the maps when they are done; those of more than {} days as one layer.</source>
        <translation>Si QGIS abre los mapas cuando están hechos; los de más de {} días como una sola capa.</translation>
    </message>
    <message>
        <source>Whether a step's time is that of its start (or its moment) or of its end; at the end, 00 UTC belongs to the day before. Auto: by the bounds that a file declares of its times, else the end for names that end in _acc or _tavg, as in GLDAS.</source>
        <translation>Si la hora de un paso es la de su principio (o su momento) o la de su final; al final, las 00 UTC pertenecen al día anterior. Automático: según los límites que declara un archivo para sus tiempos; si no, el final para los nombres que terminan en _acc o _tavg, como en GLDAS.</translation>
    </message>
    <message>
        <source>Whether all learners are also scored on one part of the samples that they were kept from, as papers do beside their folds.</source>
        <translation>Si todos los algoritmos se evalúan además en una parte de las muestras que no se les mostró, como hacen los artículos junto a sus pliegues.</translation>
    </message>
    <message>
        <source>Whether hours and days are those of Greenwich or of the sun (UTC + longitude / 15, rounded to whole hours). Auto takes local solar time where an hour is asked for, since satellites pass by it, else UTC.</source>
        <translation>Si las horas y los días son los de Greenwich o los del sol (UTC + longitud / 15, redondeado a horas enteras). Automático toma la hora solar local si se pide una hora, ya que los satélites pasan según ella; si no, UTC.</translation>
    </message>
    <message>
        <source>Whether it has one model for all days, or one for each period. Periods with fewer than 50 samples use the model of the period before.</source>
        <translation>Si tiene un modelo para todos los días o uno para cada período. Los períodos con menos de 50 muestras usan el modelo del período anterior.</translation>
    </message>
    <message>
        <source>Whether rain, radiation and the like are running sums since 00 UTC (ERA5-Land) or sums of each hour (ERA5). Auto looks at whether the values fall back after 00 UTC.</source>
        <translation>Si la lluvia, la radiación y similares son sumas acumuladas desde las 00 UTC (ERA5-Land) o sumas de cada hora (ERA5). Automático mira si los valores caen después de las 00 UTC.</translation>
    </message>
    <message>
        <source>Whether rasters may lie in the network, as /vsicurl/https://example.org/dem.tif; it is written into the study.</source>
        <translation>Si los rásteres pueden estar en la red, por ejemplo /vsicurl/https://example.org/dem.tif; se escribe en el estudio.</translation>
    </message>
    <message>
        <source>Whether several files of one day, as those of a morning and an evening overpass, are refused or averaged.</source>
        <translation>Si varios archivos de un día, como los de una pasada matinal y una vespertina, se rechazan o se promedian.</translation>
    </message>
    <message>
        <source>Whether several of one day, as of two overpasses, are refused or averaged.</source>
        <translation>Si varios de un día, como los de dos pasadas, se rechazan o se promedian.</translation>
    </message>
    <message>
        <source>Whether the linear part sees classes, as of land cover, beside the numbers. In Poehls et al. 2025 the deep part alone does.</source>
        <translation>Si la parte lineal ve las clases, como las de cobertura del suelo, junto a los números. En Poehls et al. 2025 solo lo hace la parte profunda.</translation>
    </message>
    <message>
        <source>Whether the model holds at another scale</source>
        <translation>Si el modelo vale en otra escala</translation>
    </message>
    <message>
        <source>Whether the models that the method compares with its own also make maps, in maps_by_model/. Each is trained and scored by the folds as the method's own, and takes about as long again.</source>
        <translation>Si los modelos que el método compara con el suyo generan también mapas, en maps_by_model/. Cada uno se entrena y se evalúa con los pliegues como el del método, y tarda más o menos lo mismo otra vez.</translation>
    </message>
    <message>
        <source>Whether the sum or mean ends with the day itself, or with the one before.</source>
        <translation>Si la suma o media termina con el propio día o con el anterior.</translation>
    </message>
    <message>
        <source>Whether to learn the 5 % and 95 % quantiles of soil moisture too, which tell the standard deviation of each pixel. Takes three times as long.</source>
        <translation>Si se aprenden también los cuantiles del 5 % y del 95 % de la humedad del suelo, que indican la desviación estándar de cada píxel. Tarda el triple.</translation>
    </message>
    <message>
        <source>Whether to map how far each pixel may be from the truth too, in m³ m⁻³, and what of it is due to the model, to the errors of covariates and to the coarse product, for methods that know it.</source>
        <translation>Si se cartografía también cuánto puede alejarse cada píxel de la verdad, en m³ m⁻³, y qué parte se debe al modelo, a los errores de las covariables y al producto grueso, para los métodos que lo saben.</translation>
    </message>
    <message>
        <source>Whether to take the full settings of the paper where the method has cheaper ones: the search over all 150 combinations of Li et al. 2022 in place of 20, the maps of every network of Poehls et al. 2025. About how long it takes is told before training begins.</source>
        <translation>Si se toman los ajustes completos del artículo donde el método los tiene más ligeros: la búsqueda por las 150 combinaciones de Li et al. 2022 en lugar de 20, los mapas de cada red de Poehls et al. 2025. Antes del entrenamiento se indica cuánto tarda aproximadamente.</translation>
    </message>
    <message>
        <source>Whether values are names of classes, as those of land cover: the most frequent one in a pixel is taken and none is averaged.</source>
        <translation>Si los valores son nombres de clases, como los de cobertura del suelo: se toma la más frecuente de un píxel y no se promedia ninguna.</translation>
    </message>
    <message>
        <source>Which band of other rasters is read.</source>
        <translation>Qué banda de los demás rásteres se lee.</translation>
    </message>
    <message>
        <source>Which band of rasters that have several; empty: the only one, or each that has a name, as a map of its own.</source>
        <translation>Qué banda de los rásteres que tienen varias; vacío: la única, o cada una que tenga nombre, como un mapa propio.</translation>
    </message>
    <message>
        <source>Which covariate takes which role, as rain=tp_72h; lst=lst_day, where its name does not tell.</source>
        <translation>Qué covariable desempeña qué papel, por ejemplo rain=tp_72h; lst=lst_day, cuando su nombre no lo dice.</translation>
    </message>
    <message>
        <source>Which learner to trust</source>
        <translation>De qué algoritmo fiarse</translation>
    </message>
    <message>
        <source>Which of its predictions is taken; if only the other one is there, that one.</source>
        <translation>Cuál de sus predicciones se toma; si solo está la otra, esa.</translation>
    </message>
    <message>
        <source>Which of several passes of a day are taken: words in the names of files, as ASC or D or PM, or hours of UTC, as 0-11. Empty: all, and the daily value is made of them.</source>
        <translation>Cuáles de las varias pasadas de un día se toman: palabras de los nombres de archivo, como ASC, D o PM, u horas de UTC, como 0-11. Vacío: todas, y con ellas se forma el valor diario.</translation>
    </message>
    <message>
        <source>Which rows are scored. Those that a model has learned from flatter it.</source>
        <translation>Qué filas se evalúan. Aquellas de las que un modelo ha aprendido lo favorecen.</translation>
    </message>
    <message>
        <source>Which values the quality layers let pass. good: what the product calls usable, without clouds. best: only what it calls best; much less is left. any: every value within the valid range, quality layers are not read. The log says for each product what was kept.</source>
        <translation>Qué valores dejan pasar las capas de calidad. good: lo que el producto llama utilizable, sin nubes. best: solo lo que llama mejor; queda mucho menos. any: todo valor dentro del rango válido; las capas de calidad no se leen. El registro dice para cada producto qué se conservó.</translation>
    </message>
    <message>
        <source>Which vertical index of SWC stands at which depth in m, since the files do not say it: '1 = 0.05; 2 = 0.2'. It holds for the sites that the table of depths does not name; the default is only a usual one.</source>
        <translation>Qué índice vertical de SWC está a qué profundidad en m, ya que los archivos no lo dicen: '1 = 0.05; 2 = 0.2'. Vale para los sitios que la tabla de profundidades no nombra; lo predeterminado es solo lo habitual.</translation>
    </message>
    <message>
        <source>Whittaker smoother</source>
        <translation>Suavizado de Whittaker</translation>
    </message>
    <message>
        <source>Who did better, in words</source>
        <translation>Quién lo hizo mejor, en palabras</translation>
    </message>
    <message>
        <source>Whole period</source>
        <translation>Todo el período</translation>
    </message>
    <message>
        <source>Whose classes these are, so that groups can be named: igbp (MODIS MCD12Q1), corine, worldcover (ESA, 10 m), cci (ESA CCI and C3S). Numbers: any map; classes are given as numbers.</source>
        <translation>De quién son estas clases, para poder nombrar grupos: igbp (MODIS MCD12Q1), corine, worldcover (ESA, 10 m), cci (ESA CCI y C3S). Números: cualquier mapa; las clases se indican como números.</translation>
    </message>
    <message>
        <source>Whose error by folds counts, with its default settings; vote does without.</source>
        <translation>El algoritmo cuyo error en los pliegues cuenta, con sus ajustes predeterminados; vote no lo necesita.</translation>
    </message>
    <message>
        <source>Whose errors the maps have</source>
        <translation>De quién son los errores de los mapas</translation>
    </message>
    <message>
        <source>Wide and deep network</source>
        <translation>Red ancha y profunda</translation>
    </message>
    <message>
        <source>Width.</source>
        <translation>Anchura.</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Ventana</translation>
    </message>
    <message>
        <source>Window of the anomalies</source>
        <translation>Ventana de las anomalías</translation>
    </message>
    <message>
        <source>With %Y for the year and %j for the day of the year, or %m and %d for month and day; sm_%Y%j makes sm_2020153.tif.</source>
        <translation>Con %Y para el año y %j para el día del año, o %m y %d para mes y día; sm_%Y%j da sm_2020153.tif.</translation>
    </message>
    <message>
        <source>With SITE_ID, LOCATION_LAT and LOCATION_LONG, as the site list or the BADM of AmeriFlux.</source>
        <translation>Con SITE_ID, LOCATION_LAT y LOCATION_LONG, como la lista de sitios o el BADM de AmeriFlux.</translation>
    </message>
    <message>
        <source>With Site_ID, Variable (as SWC_1_1_1) and Height or depth in m, as the measurement heights that AmeriFlux publishes; heights below ground are negative.</source>
        <translation>Con Site_ID, Variable (como SWC_1_1_1) y Height o profundidad en m, como las alturas de medición que publica AmeriFlux; las alturas bajo el suelo son negativas.</translation>
    </message>
    <message>
        <source>With own uncertainty: how often each map is made again with its covariates disturbed; 0: never.</source>
        <translation>Con incertidumbre propia: cuántas veces se vuelve a hacer cada mapa con sus covariables perturbadas; 0: nunca.</translation>
    </message>
    <message>
        <source>With the day itself</source>
        <translation>Con el propio día</translation>
    </message>
    <message>
        <source>With their default settings, or tuned by a search. A linear one is always beside them.</source>
        <translation>Con sus ajustes predeterminados, o ajustados por una búsqueda. Siempre hay uno lineal a su lado.</translation>
    </message>
    <message>
        <source>Without folds nothing is held out, so no predictions are written.</source>
        <translation>Sin pliegues no se reserva nada, así que no se escriben predicciones.</translation>
    </message>
    <message>
        <source>Without stations: maps of the signal-to-noise ratio, error, R² and scale of each product.</source>
        <translation>Sin estaciones: mapas de la relación señal-ruido, el error, R² y la escala de cada producto.</translation>
    </message>
    <message>
        <source>Write daily maps as 16-bit whole numbers, ten thousand times the soil moisture, with year and day of the year in the name: files of a quarter of the size to share. They declare their scale, so that QGIS shows m³ m⁻³.</source>
        <translation>Escribir mapas diarios como enteros de 16 bits, diez mil veces la humedad del suelo, con el año y el día del año en el nombre: archivos de un cuarto del tamaño, para compartir. Declaran su escala, de modo que QGIS muestra m³ m⁻³.</translation>
    </message>
    <message>
        <source>Write longitude and latitude in degrees, as 11.25, 49.5.</source>
        <translation>Escriba longitud y latitud en grados, como 11.25, 49.5.</translation>
    </message>
    <message>
        <source>Write the error of SoilGrids</source>
        <translation>Escribir el error de SoilGrids</translation>
    </message>
    <message>
        <source>Writes it beside the samples, as coarse_smooth: training and comparisons then tell whether a model is better than it. It takes the time of kriging all days of the stations.</source>
        <translation>Lo escribe junto a las muestras, como coarse_smooth: el entrenamiento y las comparaciones dicen entonces si un modelo es mejor que él. Lleva el tiempo del kriging de todos los días de las estaciones.</translation>
    </message>
    <message>
        <source>Year</source>
        <translation>Año</translation>
    </message>
    <message>
        <source>Year-month-day, as 2023-05-01.</source>
        <translation>Año-mes-día, por ejemplo 2023-05-01.</translation>
    </message>
    <message>
        <source>Yearly means</source>
        <translation>Medias anuales</translation>
    </message>
    <message>
        <source>Years</source>
        <translation>Años</translation>
    </message>
    <message>
        <source>Your own region</source>
        <translation>Su propia región</translation>
    </message>
    <message>
        <source>Zeros within so many days that are all zero or without value are flagged S10 (Li et al. 2022).</source>
        <translation>Los ceros dentro de tantos días que son todos cero o carecen de valor se marcan S10 (Li et al. 2022).</translation>
    </message>
    <message>
        <source>a raster</source>
        <translation>un ráster</translation>
    </message>
    <message>
        <source>acidity</source>
        <translation>acidez</translation>
    </message>
    <message>
        <source>age of an observation</source>
        <translation>antigüedad de una observación</translation>
    </message>
    <message>
        <source>air temperature</source>
        <translation>temperatura del aire</translation>
    </message>
    <message>
        <source>air temperature of 72 hours</source>
        <translation>temperatura del aire de 72 horas</translation>
    </message>
    <message>
        <source>albedo</source>
        <translation>albedo</translation>
    </message>
    <message>
        <source>all</source>
        <translation>todos</translation>
    </message>
    <message>
        <source>all covariates of the study</source>
        <translation>todas las covariables del estudio</translation>
    </message>
    <message>
        <source>am: the descending overpass at 6:00 local time, for which the retrieval is made best. pm: the ascending one at 18:00. mean: their mean, or the one that there is, so that more cells are valid. L4 has no overpasses.</source>
        <translation>am: la pasada descendente de las 6:00, hora local, para la que mejor está hecha la estimación. pm: la ascendente de las 18:00. mean: su media, o la que haya, de modo que más celdas son válidas. L4 no tiene pasadas.</translation>
    </message>
    <message>
        <source>aspect</source>
        <translation>orientación</translation>
    </message>
    <message>
        <source>auto: the main one of the product. reflectance: all bands, b01 to b07. albedo: white-sky and black-sky, shortwave. Units of the maps: LST K, LAI m2 m-2, ET and PET mm d-1, the others 1.</source>
        <translation>auto: la principal del producto. reflectance: todas las bandas, b01 a b07. albedo: de cielo blanco y de cielo negro, onda corta. Unidades de los mapas: LST K, LAI m2 m-2, ET y PET mm d-1, los demás 1.</translation>
    </message>
    <message>
        <source>auto: told by dates as 25.04.2023 in the same table; where there is none, you are asked.</source>
        <translation>auto: se deduce de fechas como 25.04.2023 en la misma tabla; si no hay ninguna, se le pregunta.</translation>
    </message>
    <message>
        <source>auto: told by the name of the column or by the values where that is certain; else you are asked. Percent is divided by 100.</source>
        <translation>auto: se deduce del nombre de la columna o de los valores si es seguro; si no, se le pregunta. El porcentaje se divide por 100.</translation>
    </message>
    <message>
        <source>bulk density</source>
        <translation>densidad aparente</translation>
    </message>
    <message>
        <source>cation exchange capacity</source>
        <translation>capacidad de intercambio catiónico</translation>
    </message>
    <message>
        <source>classes: 1 to 30, as in the maps of Beck et al. (2018). groups: 1 tropical, 2 arid, 3 temperate, 4 cold, 5 polar, for stations of few climates.</source>
        <translation>classes: 1 a 30, como en los mapas de Beck et al. (2018). groups: 1 tropical, 2 árido, 3 templado, 4 frío, 5 polar, para estaciones de pocos climas.</translation>
    </message>
    <message>
        <source>coarse cells</source>
        <translation>celdas gruesas</translation>
    </message>
    <message>
        <source>coarse fragments</source>
        <translation>fragmentos gruesos</translation>
    </message>
    <message>
        <source>coarse {:.3f}</source>
        <translation>grueso {:.3f}</translation>
    </message>
    <message>
        <source>curvature</source>
        <translation>curvatura</translation>
    </message>
    <message>
        <source>d</source>
        <translation>d</translation>
    </message>
    <message>
        <source>difference</source>
        <translation>diferencia</translation>
    </message>
    <message>
        <source>downscaling</source>
        <translation>reducción de escala</translation>
    </message>
    <message>
        <source>dual_channel: both polarisations, the standard of releases since 2021. single_h, single_v: one polarisation. baseline: what the file itself calls soil_moisture. A file that has only that gives it.</source>
        <translation>dual_channel: ambas polarizaciones, lo habitual de las versiones desde 2021. single_h, single_v: una polarización. baseline: lo que el propio archivo llama soil_moisture. Un archivo que solo tiene eso lo da.</translation>
    </message>
    <message>
        <source>dubious</source>
        <translation>dudoso</translation>
    </message>
    <message>
        <source>elevation</source>
        <translation>elevación</translation>
    </message>
    <message>
        <source>epochs</source>
        <translation>épocas</translation>
    </message>
    <message>
        <source>equal: as the samples say, else all alike. homogeneity: coarse cells that are alike inside count more. balance: classes of a column count alike.</source>
        <translation>equal: como digan las muestras; si no, todas igual. homogeneity: las celdas gruesas homogéneas por dentro cuentan más. balance: las clases de una columna cuentan igual.</translation>
    </message>
    <message>
        <source>evapotranspiration</source>
        <translation>evapotranspiración</translation>
    </message>
    <message>
        <source>everything</source>
        <translation>todo</translation>
    </message>
    <message>
        <source>everything but what is optional</source>
        <translation>todo salvo lo opcional</translation>
    </message>
    <message>
        <source>fine {:.3f}</source>
        <translation>fino {:.3f}</translation>
    </message>
    <message>
        <source>fraction of the cell</source>
        <translation>fracción de la celda</translation>
    </message>
    <message>
        <source>given: the shrinkage above. gcv: the strongest of 0.01 to 10,000 whose error in generalised cross-validation is within half a standard error of the least, where samples of one place count as one; of covariates that are scaled by their spread over fine pixels where samples tell it, so that those that vary inside of coarse cells are not shrunk away.</source>
        <translation>given: la contracción de arriba. gcv: la más fuerte de 0.01 a 10,000 cuyo error en la validación cruzada generalizada está a menos de medio error estándar del mínimo, donde las muestras de un lugar cuentan como una; con covariables escaladas por su dispersión entre los píxeles finos, si las muestras la indican, para que las que varían dentro de las celdas gruesas no se contraigan hasta desaparecer.</translation>
    </message>
    <message>
        <source>good, whatever rules say</source>
        <translation>bueno, digan lo que digan las reglas</translation>
    </message>
    <message>
        <source>good: where there is a column of flags, only values whose flag is empty or G. all: flagged values too.</source>
        <translation>good: si hay una columna de marcas, solo valores cuya marca está vacía o es G. all: también los valores marcados.</translation>
    </message>
    <message>
        <source>grids in NetCDF and HDF5 that GDAL cannot read</source>
        <translation>cuadrículas en NetCDF y HDF5 que GDAL no puede leer</translation>
    </message>
    <message>
        <source>h</source>
        <translation>h</translation>
    </message>
    <message>
        <source>it has no name</source>
        <translation>no tiene nombre</translation>
    </message>
    <message>
        <source>it is a file, no folder</source>
        <translation>es un archivo, no una carpeta</translation>
    </message>
    <message>
        <source>it is a folder. Choose the files in it</source>
        <translation>es una carpeta. Elija los archivos que contiene</translation>
    </message>
    <message>
        <source>it is damaged or of another kind</source>
        <translation>está dañado o es de otro tipo</translation>
    </message>
    <message>
        <source>it is no path</source>
        <translation>no es una ruta</translation>
    </message>
    <message>
        <source>km</source>
        <translation>km</translation>
    </message>
    <message>
        <source>land cover</source>
        <translation>cobertura del suelo</translation>
    </message>
    <message>
        <source>land surface temperature</source>
        <translation>temperatura superficial del suelo</translation>
    </message>
    <message>
        <source>land surface temperature by night</source>
        <translation>temperatura nocturna de la superficie terrestre</translation>
    </message>
    <message>
        <source>leaf area index</source>
        <translation>índice de área foliar</translation>
    </message>
    <message>
        <source>leaf area index of high vegetation</source>
        <translation>índice de área foliar de la vegetación alta</translation>
    </message>
    <message>
        <source>leaf area index of low vegetation</source>
        <translation>índice de área foliar de la vegetación baja</translation>
    </message>
    <message>
        <source>linear: a line between the observations before and after. hold: the last observation, never looking ahead (Poehls et al. 2025). nearest: the nearest observation. savitzky_golay, whittaker: a smooth curve through noisy observations, which need not be met.</source>
        <translation>linear: una recta entre las observaciones anterior y posterior. hold: la última observación, sin mirar nunca adelante (Poehls et al. 2025). nearest: la observación más próxima. savitzky_golay, whittaker: una curva suave a través de observaciones con ruido, que no tienen que alcanzarse.</translation>
    </message>
    <message>
        <source>long: one value in a row. depths: a column for every depth, as sm_5cm. stations: a column for every station, called as it.</source>
        <translation>long: un valor por fila. depths: una columna por profundidad, como sm_5cm. stations: una columna por estación, con su nombre.</translation>
    </message>
    <message>
        <source>longitude, latitude</source>
        <translation>longitud, latitud</translation>
    </message>
    <message>
        <source>looking…</source>
        <translation>examinando…</translation>
    </message>
    <message>
        <source>m</source>
        <translation>m</translation>
    </message>
    <message>
        <source>maps as xarray, in notebooks</source>
        <translation>mapas como xarray, en cuadernos</translation>
    </message>
    <message>
        <source>mean: of the valid values of Terra and Aqua (MOD and MYD), or of the VIIRS satellites. terra first, aqua first: this one's value, and that of the other only where it is unknown. Vegetation indices of Terra and Aqua begin on different days and make one series; import MOD13* and MYD13* separately where a method wants each.</source>
        <translation>mean: de los valores válidos de Terra y Aqua (MOD y MYD), o de los satélites VIIRS. terra first, aqua first: el valor de este, y el del otro solo donde se desconoce. Los índices de vegetación de Terra y Aqua empiezan en días distintos y forman una serie; importe MOD13* y MYD13* por separado si un método quiere cada uno.</translation>
    </message>
    <message>
        <source>mean_sd: mean and standard deviation of the reference (Li et al. 2022); cdf: its whole distribution, by percentiles.</source>
        <translation>mean_sd: media y desviación estándar de la referencia (Li et al. 2022); cdf: toda su distribución, por percentiles.</translation>
    </message>
    <message>
        <source>mm</source>
        <translation>mm</translation>
    </message>
    <message>
        <source>m³ m⁻³</source>
        <translation>m³ m⁻³</translation>
    </message>
    <message>
        <source>n {:.0f}
R {:.2f}
ubRMSE {:.3f} m³ m⁻³
bias {:+.3f} m³ m⁻³</source>
        <translation>n {:.0f}
R {:.2f}
ubRMSE {:.3f} m³ m⁻³
sesgo {:+.3f} m³ m⁻³</translation>
    </message>
    <message>
        <source>ndvi = (nir - red) / (nir + red) (Rouse et al. 1974; Tucker 1979); evi = 2.5 * (nir - red) / (nir + 6 * red - 7.5 * blue + 1) (Huete et al. 2002); savi = 1.5 * (nir - red) / (nir + red + 0.5) (Huete 1988, L = 0.5); ndwi = (green - nir) / (green + nir) (McFeeters 1996; Rao et al. 2022); lswi = (nir - swir1) / (nir + swir1) (Xiao et al. 2002; Rao et al. 2022); ndmi = (nir - swir1) / (nir + swir1) (Wilson and Sader 2002; the same as LSWI by its other name); nsdsi = (swir1 - swir2) / swir1 (Yue et al. 2019; Rao et al. 2022).</source>
        <translation>ndvi = (nir - red) / (nir + red) (Rouse et al. 1974; Tucker 1979); evi = 2.5 * (nir - red) / (nir + 6 * red - 7.5 * blue + 1) (Huete et al. 2002); savi = 1.5 * (nir - red) / (nir + red + 0.5) (Huete 1988, L = 0.5); ndwi = (green - nir) / (green + nir) (McFeeters 1996; Rao et al. 2022); lswi = (nir - swir1) / (nir + swir1) (Xiao et al. 2002; Rao et al. 2022); ndmi = (nir - swir1) / (nir + swir1) (Wilson y Sader 2002; lo mismo que LSWI con su otro nombre); nsdsi = (swir1 - swir2) / swir1 (Yue et al. 2019; Rao et al. 2022).</translation>
    </message>
    <message>
        <source>nearest: the sensors at the depth of a station that is nearest to the wanted one. range: the mean of all depths from the least to the greatest. weighted: the mean over that layer of soil, each depth counting with the part of the layer that lies nearer to it than to the depths above and below.</source>
        <translation>nearest: los sensores a la profundidad de una estación más próxima a la deseada. range: la media de todas las profundidades de la menor a la mayor. weighted: la media de esa capa de suelo; cada profundidad cuenta con la parte de la capa que queda más cerca de ella que de las profundidades de encima y de debajo.</translation>
    </message>
    <message>
        <source>no value</source>
        <translation>sin valor</translation>
    </message>
    <message>
        <source>not set</source>
        <translation>sin fijar</translation>
    </message>
    <message>
        <source>off: options as given. grid: all combinations. random: some of them. halving: many on few samples, the better half on twice as many, and so on.</source>
        <translation>off: opciones como se indican. grid: todas las combinaciones. random: algunas de ellas. halving: muchas con pocas muestras, la mejor mitad con el doble, y así sucesivamente.</translation>
    </message>
    <message>
        <source>one_model: one for all samples. per_period: one for each period. by_class: one for each class of a column, averaged. by_weights: one for each column that the samples are balanced by, and one unbalanced, averaged.</source>
        <translation>one_model: uno para todas las muestras. per_period: uno para cada período. by_class: uno para cada clase de una columna, promediados. by_weights: uno para cada columna por la que se equilibran las muestras y uno sin equilibrar, promediados.</translation>
    </message>
    <message>
        <source>optional</source>
        <translation>opcional</translation>
    </message>
    <message>
        <source>optional: {}</source>
        <translation>opcional: {}</translation>
    </message>
    <message>
        <source>organic carbon</source>
        <translation>carbono orgánico</translation>
    </message>
    <message>
        <source>organic carbon density</source>
        <translation>densidad de carbono orgánico</translation>
    </message>
    <message>
        <source>organic carbon stock</source>
        <translation>reserva de carbono orgánico</translation>
    </message>
    <message>
        <source>out of range</source>
        <translation>fuera de rango</translation>
    </message>
    <message>
        <source>pH</source>
        <translation>pH</translation>
    </message>
    <message>
        <source>part: mean and SD of soil moisture are variables like those of the covariates. beside: the components are those of the covariates alone, and soil moisture is correlated with them.</source>
        <translation>part: la media y la DE de la humedad del suelo son variables como las de las covariables. beside: los componentes son solo los de las covariables, y la humedad del suelo se correlaciona con ellos.</translation>
    </message>
    <message>
        <source>permission denied</source>
        <translation>permiso denegado</translation>
    </message>
    <message>
        <source>porosity or water content</source>
        <translation>porosidad o contenido de agua</translation>
    </message>
    <message>
        <source>predictions.csv of the training: the error is told by dissimilarity. Empty: not told.</source>
        <translation>predictions.csv del entrenamiento: el error se indica según la disimilitud. Vacío: no se indica.</translation>
    </message>
    <message>
        <source>radiation</source>
        <translation>radiación</translation>
    </message>
    <message>
        <source>rain</source>
        <translation>lluvia</translation>
    </message>
    <message>
        <source>rain of 3 days</source>
        <translation>lluvia de 3 días</translation>
    </message>
    <message>
        <source>rain of 72 hours</source>
        <translation>lluvia de 72 horas</translation>
    </message>
    <message>
        <source>rain of December to February</source>
        <translation>lluvia de diciembre a febrero</translation>
    </message>
    <message>
        <source>rain of June to August</source>
        <translation>lluvia de junio a agosto</translation>
    </message>
    <message>
        <source>rain of March to May</source>
        <translation>lluvia de marzo a mayo</translation>
    </message>
    <message>
        <source>rain of September to November</source>
        <translation>lluvia de septiembre a noviembre</translation>
    </message>
    <message>
        <source>rasters</source>
        <translation>rásteres</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>listo</translation>
    </message>
    <message>
        <source>recommended: cells whose retrieval the data centre recommends; forests with dense vegetation never are. successful: also those retrieved under doubtful conditions. any: every value. What is left out below is so in each case. Exported files without the quality layer give every value, and a warning.</source>
        <translation>recommended: celdas cuya estimación recomienda el centro de datos; los bosques con vegetación densa nunca lo están. successful: también las estimadas en condiciones dudosas. any: todos los valores. Lo que se omite abajo se omite en cualquier caso. Los archivos exportados sin la capa de calidad dan todos los valores, y una advertencia.</translation>
    </message>
    <message>
        <source>reflectance</source>
        <translation>reflectancia</translation>
    </message>
    <message>
        <source>residual water content</source>
        <translation>contenido residual de agua</translation>
    </message>
    <message>
        <source>run.json in the folder of a run's results.</source>
        <translation>run.json en la carpeta de resultados de una ejecución.</translation>
    </message>
    <message>
        <source>sand, silt or clay</source>
        <translation>arena, limo o arcilla</translation>
    </message>
    <message>
        <source>saturated hydraulic conductivity</source>
        <translation>conductividad hidráulica saturada</translation>
    </message>
    <message>
        <source>saturated water content</source>
        <translation>contenido de agua en saturación</translation>
    </message>
    <message>
        <source>share</source>
        <translation>fracción</translation>
    </message>
    <message>
        <source>sine or cosine</source>
        <translation>seno o coseno</translation>
    </message>
    <message>
        <source>slope</source>
        <translation>pendiente</translation>
    </message>
    <message>
        <source>soil moisture</source>
        <translation>humedad del suelo</translation>
    </message>
    <message>
        <source>soil temperature</source>
        <translation>temperatura del suelo</translation>
    </message>
    <message>
        <source>soil temperature of ERA5-Land, layer 1</source>
        <translation>temperatura del suelo de ERA5-Land, capa 1</translation>
    </message>
    <message>
        <source>soil temperature of ERA5-Land, layer 2</source>
        <translation>temperatura del suelo de ERA5-Land, capa 2</translation>
    </message>
    <message>
        <source>soil temperature of ERA5-Land, layer 3</source>
        <translation>temperatura del suelo de ERA5-Land, capa 3</translation>
    </message>
    <message>
        <source>soil water of ERA5-Land, layer 1</source>
        <translation>agua del suelo de ERA5-Land, capa 1</translation>
    </message>
    <message>
        <source>soil water of ERA5-Land, layer 2</source>
        <translation>agua del suelo de ERA5-Land, capa 2</translation>
    </message>
    <message>
        <source>soil water of ERA5-Land, layer 3</source>
        <translation>agua del suelo de ERA5-Land, capa 3</translation>
    </message>
    <message>
        <source>source: the clock of the files (ISMN: UTC; AmeriFlux, FLUXNET: local standard time). local: local standard time. The hour above is of the same clock.</source>
        <translation>source: el reloj de los archivos (ISMN: UTC; AmeriFlux, FLUXNET: hora estándar local). local: hora estándar local. La hora de arriba es del mismo reloj.</translation>
    </message>
    <message>
        <source>spectral index</source>
        <translation>índice espectral</translation>
    </message>
    <message>
        <source>station {:.3f}</source>
        <translation>estación {:.3f}</translation>
    </message>
    <message>
        <source>stations and samples in vector layers, as GeoPackages</source>
        <translation>estaciones y muestras en capas vectoriales, como GeoPackage</translation>
    </message>
    <message>
        <source>sum or mean over hours or days</source>
        <translation>suma o media de horas o días</translation>
    </message>
    <message>
        <source>surface temperature</source>
        <translation>temperatura superficial</translation>
    </message>
    <message>
        <source>surface: the upper 5 cm, as the retrievals of L3. root_zone: the upper 100 cm. Only for L4.</source>
        <translation>surface: los 5 cm superiores, como las estimaciones de L3. root_zone: los 100 cm superiores. Solo para L4.</translation>
    </message>
    <message>
        <source>tables of stations in Excel files</source>
        <translation>tablas de estaciones en archivos de Excel</translation>
    </message>
    <message>
        <source>the day of the first raster</source>
        <translation>el día del primer ráster</translation>
    </message>
    <message>
        <source>the day of the last raster</source>
        <translation>el día del último ráster</translation>
    </message>
    <message>
        <source>the first day of the coarse series</source>
        <translation>el primer día de la serie gruesa</translation>
    </message>
    <message>
        <source>the first day of the study</source>
        <translation>el primer día del estudio</translation>
    </message>
    <message>
        <source>the first day that there is</source>
        <translation>el primer día que haya</translation>
    </message>
    <message>
        <source>the last day of the coarse series</source>
        <translation>el último día de la serie gruesa</translation>
    </message>
    <message>
        <source>the last day of the study</source>
        <translation>el último día del estudio</translation>
    </message>
    <message>
        <source>the last day that there is</source>
        <translation>el último día que haya</translation>
    </message>
    <message>
        <source>the learner CatBoost, 270 MB</source>
        <translation>el método de aprendizaje CatBoost, 270 MB</translation>
    </message>
    <message>
        <source>there is a folder with this name</source>
        <translation>hay una carpeta con este nombre</translation>
    </message>
    <message>
        <source>there is no such file or layer</source>
        <translation>no existe ese archivo o capa</translation>
    </message>
    <message>
        <source>thermal_inertia: soil moisture as a line of the difference of day and night temperature, for each class of NDVI and month (Fang et al. 2022). dispatch: the efficiency of evaporation from the soil, by day temperature and NDVI (Merlin et al. 2012). tvdi: a line of the temperature–vegetation dryness index on each day (Sandholt et al. 2002).</source>
        <translation>thermal_inertia: la humedad del suelo como recta de la diferencia entre la temperatura de día y de noche, para cada clase de NDVI y mes (Fang et al. 2022). dispatch: la eficiencia de la evaporación del suelo, según la temperatura de día y el NDVI (Merlin et al. 2012). tvdi: una recta del índice de sequedad temperatura–vegetación en cada día (Sandholt et al. 2002).</translation>
    </message>
    <message>
        <source>to</source>
        <translation>a</translation>
    </message>
    <message>
        <source>topographic position</source>
        <translation>posición topográfica</translation>
    </message>
    <message>
        <source>topographic wetness index (FD8)</source>
        <translation>índice topográfico de humedad (FD8)</translation>
    </message>
    <message>
        <source>topographic wetness index (MFD-md)</source>
        <translation>índice topográfico de humedad (MFD-md)</translation>
    </message>
    <message>
        <source>values: soil moisture as it is; a season that all share then counts as signal. short_term: departures from the mean of 35 days around. seasonal: departures from the mean of the same days of all years, three years at least.</source>
        <translation>values: la humedad del suelo tal cual; una estación del año que todos comparten cuenta entonces como señal. short_term: desviaciones de la media de los 35 días alrededor. seasonal: desviaciones de la media de los mismos días de todos los años, al menos tres años.</translation>
    </message>
    <message>
        <source>values: soil moisture. short_term: how far it departs from the mean of the weeks around. seasonal: how far it departs from the mean of the same days of all years. Anomalies need a series for every station or cell.</source>
        <translation>values: la humedad del suelo. short_term: cuánto se aparta de la media de las semanas cercanas. seasonal: cuánto se aparta de la media de los mismos días de todos los años. Las anomalías necesitan una serie para cada estación o celda.</translation>
    </message>
    <message>
        <source>van Genuchten alpha</source>
        <translation>alfa de van Genuchten</translation>
    </message>
    <message>
        <source>van Genuchten n</source>
        <translation>n de van Genuchten</translation>
    </message>
    <message>
        <source>vote: marks for weak correlation with soil moisture and for low importance in a forest; quick. drop_one: the folds' error without each covariate. forward: start with the best few and add the one that helps most, until none helps; slow.</source>
        <translation>vote: votos en contra por correlación débil con la humedad del suelo y por poca importancia en un bosque; rápido. drop_one: el error en los pliegues sin cada covariable. forward: empezar con las pocas mejores y añadir la que más ayuda, hasta que ninguna ayude; lento.</translation>
    </message>
    <message>
        <source>week, dekad, 16_days, month, quarter, year: one map for each. Weeks begin on Mondays, dekads on the 1st, 11th and 21st, quarters (the seasons) in December, March, June and September; 16 days count from the first of January. month_of_year: twelve maps, each of one month in all years. season: four, of December to February (djf) and so on, in all years. all: one map.</source>
        <translation>week, dekad, 16_days, month, quarter, year: un mapa para cada uno. Las semanas empiezan en lunes, las décadas los días 1, 11 y 21, los trimestres (las estaciones del año) en diciembre, marzo, junio y septiembre; los 16 días se cuentan desde el 1 de enero. month_of_year: doce mapas, cada uno de un mes de todos los años. season: cuatro, de diciembre a febrero (djf), etc., de todos los años. all: un mapa.</translation>
    </message>
    <message>
        <source>wetness index</source>
        <translation>índice de humedad</translation>
    </message>
    <message>
        <source>{} and {} more</source>
        <translation>{} y {} más</translation>
    </message>
    <message>
        <source>{} cannot be '{}'. {}</source>
        <translation>{} no puede ser '{}'. {}</translation>
    </message>
    <message>
        <source>{} cannot be read: {}</source>
        <translation>no se puede leer {}: {}</translation>
    </message>
    <message>
        <source>{} cannot be read: {}. Shorten it: {}</source>
        <translation>{} no se puede leer: {}. Acórtelo: {}</translation>
    </message>
    <message>
        <source>{} days have no map: no pixel has all covariates.</source>
        <translation>{} días no tienen mapa: ningún píxel tiene todas las covariables.</translation>
    </message>
    <message>
        <source>{} h {} min</source>
        <translation>{} h {} min</translation>
    </message>
    <message>
        <source>{} has no area: it goes from {:.15g} east to {:.15g}, and from {:.15g} north to {:.15g}.</source>
        <translation>{} no tiene área: va de {:.15g} este a {:.15g}, y de {:.15g} norte a {:.15g}.</translation>
    </message>
    <message>
        <source>{} has no flag yet.</source>
        <translation>{} aún no tiene ninguna marca.</translation>
    </message>
    <message>
        <source>{} has the reference system '{}', which is not known. Write it as EPSG:4326.</source>
        <translation>{} tiene el sistema de referencia '{}', que no se conoce. Escríbalo como EPSG:4326.</translation>
    </message>
    <message>
        <source>{} holds a NUL character, which no name or text can have. Remove it.</source>
        <translation>{} contiene un carácter NUL, que ningún nombre ni texto puede tener. Elimínelo.</translation>
    </message>
    <message>
        <source>{} is missing. {}</source>
        <translation>Falta {}. {}</translation>
    </message>
    <message>
        <source>{} is no folder</source>
        <translation>{} no es una carpeta</translation>
    </message>
    <message>
        <source>{} is no study file.</source>
        <translation>{} no es un archivo de estudio.</translation>
    </message>
    <message>
        <source>{} lies in the network, and the study may not read from there. Download it first.</source>
        <translation>{} está en la red, y el estudio no puede leer de allí. Descárguelo primero.</translation>
    </message>
    <message>
        <source>{} lies in the network. May the study read from there, now and later? Then "network": true is written into it.</source>
        <translation>{} está en la red. ¿Puede el estudio leer de allí, ahora y después? Entonces se escribe "network": true en él.</translation>
    </message>
    <message>
        <source>{} min</source>
        <translation>{} min</translation>
    </message>
    <message>
        <source>{} must be a file, as result.gpkg, and cannot be a table of a database, as {}; nothing was written.</source>
        <translation>{} debe ser un archivo, como result.gpkg, y no puede ser una tabla de una base de datos, como {}; no se escribió nada.</translation>
    </message>
    <message>
        <source>{} must be a number that is not infinite, but is '{}'.</source>
        <translation>{} debe ser un número que no sea infinito, pero es '{}'.</translation>
    </message>
    <message>
        <source>{} must be a number, with a point before its decimals, but is '{}'.</source>
        <translation>{} debe ser un número, con punto antes de los decimales, pero es '{}'.</translation>
    </message>
    <message>
        <source>{} must be a reference system, as EPSG:3035, but is '{}'.</source>
        <translation>{} debe ser un sistema de referencia, como EPSG:3035, pero es '{}'.</translation>
    </message>
    <message>
        <source>{} must be a whole number, but is {:.15g}.</source>
        <translation>{} debe ser un número entero, pero es {:.15g}.</translation>
    </message>
    <message>
        <source>{} must be at least {:.15g}, but is {:.15g}.</source>
        <translation>{} debe ser al menos {:.15g}, pero es {:.15g}.</translation>
    </message>
    <message>
        <source>{} must be one of {}, but is '{}'.</source>
        <translation>{} debe ser uno de {}, pero es '{}'.</translation>
    </message>
    <message>
        <source>{} must be some of {}, with commas between them, but is '{}'.</source>
        <translation>{} debe ser algunos de {}, separados por comas, pero es '{}'.</translation>
    </message>
    <message>
        <source>{} must be the path of a file or folder, but is '{}'. {}</source>
        <translation>{} debe ser la ruta de un archivo o carpeta, pero es '{}'. {}</translation>
    </message>
    <message>
        <source>{} must be true or false, but is '{}'.</source>
        <translation>{} debe ser verdadero o falso (true o false), pero es '{}'.</translation>
    </message>
    <message>
        <source>{} must be west, east, south and north, as 10.5,11.2,49.5,50.1 [EPSG:4326], but is '{}'.</source>
        <translation>{} debe ser oeste, este, sur y norte, como 10.5,11.2,49.5,50.1 [EPSG:4326], pero es '{}'.</translation>
    </message>
    <message>
        <source>{} must be {}, but {} cannot be opened: {}.</source>
        <translation>{} debe ser {}, pero {} no se puede abrir: {}.</translation>
    </message>
    <message>
        <source>{} must lie between {:.15g} and {:.15g}, but is {:.15g}.</source>
        <translation>{} debe estar entre {:.15g} y {:.15g}, pero es {:.15g}.</translation>
    </message>
    <message>
        <source>{} of {} packages cannot be used here. They can be installed for SoilSharp alone, after all that QGIS has.</source>
        <translation>{} de {} paquetes no se pueden usar aquí. Se pueden instalar solo para SoilSharp, detrás de todo lo que tiene QGIS.</translation>
    </message>
    <message>
        <source>{} of {} stay: {}</source>
        <translation>{} de {} se quedan: {}</translation>
    </message>
    <message>
        <source>{} s</source>
        <translation>{} s</translation>
    </message>
    <message>
        <source>{} steps</source>
        <translation>{} pasos</translation>
    </message>
    <message>
        <source>{}: its flags are selected.</source>
        <translation>{}: sus marcas están seleccionadas.</translation>
    </message>
    <message>
        <source>°</source>
        <translation>°</translation>
    </message>
    <message>
        <source>°C</source>
        <translation>°C</translation>
    </message>
    <message>
        <source>± 1 SD</source>
        <translation>± 1 DE</translation>
    </message>
    <message>
        <source>‹ &amp;Back</source>
        <translation>‹ &amp;Atrás</translation>
    </message>
</context>
</TS>
